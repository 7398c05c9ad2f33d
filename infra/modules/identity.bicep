metadata name = 'Identities'
metadata description = 'Two identities: what Event Grid holds must not open what the app holds.'

@description('Required. Azure region of both identities.')
param location string

@description('Required. Tags of both identities.')
param tags object

@description('Required. Makes names unique: 13 characters.')
param token string

resource app 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-app-${token}'
  location: location
  tags: tags
}

resource events 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-events-${token}'
  location: location
  tags: tags
}

output appId string = app.id
output appClientId string = app.properties.clientId
output appPrincipalId string = app.properties.principalId
output eventsId string = events.id
output eventsPrincipalId string = events.properties.principalId
