"""Defender for Storage's part on the laptop: tags every new version of a blob with what a scan of it found.

It knows one malware: the harmless test file that scanners agree on (EICAR, 2006). As Microsoft's, it takes a moment,
in which the blob can be read by whoever does not wait, and has no result for a blob that changed meanwhile.
"""
