metadata name = 'Private network'
metadata description = 'The network, and in it a private endpoint for everything that has no public side then.'

@description('Required. Azure region of everything here.')
param location string

@description('Required. Tags of everything here.')
param tags object

@description('Required. Makes names unique: 13 characters.')
param token string

@description('Required. IPv4 range of the network, /24 or larger.')
param addressSpace string

@description('Required. Storage account of datasets, recipes and runs.')
param dataAccountId string

@description('Required. Storage account of the functions host.')
param hostAccountId string

@description('Required. Service Bus namespace.')
param serviceBusId string

@description('Required. Key Vault.')
param vaultId string

@description('Required. Foundry account.')
param foundryAccountId string

// The names are those of the public cloud (Microsoft Learn, Azure Private Endpoint private DNS zone values).
var blobZone = 'privatelink.blob.${environment().suffixes.storage}'
var tableZone = 'privatelink.table.${environment().suffixes.storage}'
var busZone = 'privatelink.servicebus.windows.net'
var vaultZone = 'privatelink.vaultcore.azure.net'
var foundryZones = [
  'privatelink.cognitiveservices.azure.com'
  'privatelink.openai.azure.com'
  'privatelink.services.ai.azure.com'
]

module network 'network.bicep' = {
  name: 'network'
  params: {
    location: location
    tags: tags
    token: token
    addressSpace: addressSpace
    zones: concat([blobZone, tableZone, busZone, vaultZone], foundryZones)
  }
}

module endpoints 'private-endpoints.bicep' = {
  name: 'private-endpoints'
  params: {
    location: location
    tags: tags
    token: token
    subnetId: network.outputs.endpointsSubnetId
    targets: [
      { name: 'data-blob', resourceId: dataAccountId, group: 'blob', zones: [blobZone] }
      { name: 'host-blob', resourceId: hostAccountId, group: 'blob', zones: [blobZone] }
      { name: 'host-table', resourceId: hostAccountId, group: 'table', zones: [tableZone] }
      { name: 'service-bus', resourceId: serviceBusId, group: 'namespace', zones: [busZone] }
      { name: 'vault', resourceId: vaultId, group: 'vault', zones: [vaultZone] }
      { name: 'foundry', resourceId: foundryAccountId, group: 'account', zones: foundryZones }
    ]
  }
}

@description('Subnet that the app reaches out through.')
output appSubnetId string = network.outputs.appSubnetId
