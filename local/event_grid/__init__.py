"""Event Grid's part on the laptop: every new blob version becomes a BlobCreated event on a queue.

Azurite raises no events, so the container is listed several times a second, and each pair of
name and ETag not seen before is announced once. What differs from Azure:

* Versions of one blob that follow each other faster than the listing are announced as one, the last.
* A new ETag is a new version. On Azure changed metadata gives a new ETag and raises no event.
* Block blobs only, and one container only; the filters of a subscription (size, api) are not applied.
* Which client wrote a blob is not known here, so `clientRequestId` and `requestId` are made up.

As on Azure, delivery is at least once and in no promised order.
"""
