metadata name = 'Private endpoints'
metadata description = 'Addresses in the network for what has no public one.'

@description('Required. Azure region of the endpoints.')
param location string

@description('Required. Tags of the endpoints.')
param tags object

@description('Required. Makes names unique: 13 characters.')
param token string

@description('Required. Subnet that the endpoints stand in.')
param subnetId string

@description('Required. What is to be reached privately.')
param targets targetType[]

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = [for one in targets: {
  name: 'pep-${one.name}-${token}'
  location: location
  tags: tags
  properties: {
    subnet: {
      id: subnetId
    }
    privateLinkServiceConnections: [
      {
        name: one.name
        properties: {
          privateLinkServiceId: one.resourceId
          groupIds: [
            one.group
          ]
        }
      }
    ]
  }
}]

resource names 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = [for (one, index) in targets: {
  parent: endpoint[index]
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [for zone in one.zones: {
      name: replace(zone, '.', '-')
      properties: {
        privateDnsZoneId: resourceId('Microsoft.Network/privateDnsZones', zone)
      }
    }]
  }
}]

@description('A resource that gets a private endpoint.')
type targetType = {
  @description('Distinguishes the endpoint.')
  name: string
  @description('The resource.')
  resourceId: string
  @description('Which of its services.')
  group: string
  @description('Private DNS zones that its names belong to.')
  zones: string[]
}
