metadata name = 'Roles of people'
metadata description = 'Who may drop datasets, who may write recipes, and who may replay. With keys off, nobody may unless named here.'

@description('Required. Storage account of datasets, recipes and runs.')
param dataAccountName string

@description('Required. Container that people drop into.')
param datasetsContainer string

@description('Required. Container of recipes.')
param recipesContainer string

@description('Required. Container of runs.')
param runsContainer string

@description('Required. Service Bus namespace.')
param serviceBusName string

@description('Required. Object ids of people or groups who may drop datasets.')
param uploaderIds string[]

@description('Required. Object ids of people or groups who may write recipes.')
param recipeAuthorIds string[]

@description('Required. Object ids of people or groups who operate the service.')
param operatorIds string[]

var blobContributor = subscriptionResourceId(definitions, 'ba92f5b4-2d11-453d-a403-e96b0029c9fe') // Storage Blob Data Contributor
var blobReader = subscriptionResourceId(definitions, '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1') // Storage Blob Data Reader
var queueSender = subscriptionResourceId(definitions, '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39') // Azure Service Bus Data Sender
var queueReceiver = subscriptionResourceId(definitions, '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0') // Azure Service Bus Data Receiver
var monitoringReader = subscriptionResourceId(definitions, '43d0d8ad-25c7-4714-9337-8ba259a9fe05') // Monitoring Reader
var definitions = 'Microsoft.Authorization/roleDefinitions'

// A contributor cannot write tags: nobody who drops a file forges the verdict of the malware scanner.
var dropping = [for id in uploaderIds: {
  container: datasetsContainer
  role: blobContributor
  who: id
  reason: 'drop datasets'
}]

var writing = [for id in recipeAuthorIds: {
  container: recipesContainer
  role: blobContributor
  who: id
  reason: 'write recipes'
}]

var lookingAtDatasets = [for id in operatorIds: {
  container: datasetsContainer
  role: blobReader
  who: id
  reason: 'replay drops'
}]

var lookingAtRecipes = [for id in operatorIds: {
  container: recipesContainer
  role: blobReader
  who: id
  reason: 'replay drops'
}]

var mending = [for id in operatorIds: {
  container: runsContainer
  role: blobContributor
  who: id
  reason: 'begin the runs of replayed drops'
}]

var onContainers = concat(dropping, writing, lookingAtDatasets, lookingAtRecipes, mending)

var taking = [for id in operatorIds: {
  role: queueReceiver
  who: id
  reason: 'take dead letters out of any queue'
}]

var giving = [for id in operatorIds: {
  role: queueSender
  who: id
  reason: 'give messages back into any queue'
}]

var onQueues = concat(taking, giving)

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: dataAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' existing = [for one in onContainers: {
  parent: account::blobs
  name: one.container
}]

resource onContainer 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for (one, index) in onContainers: {
  scope: container[index]
  name: guid(account.id, one.container, one.who, one.role)
  properties: {
    principalId: one.who
    roleDefinitionId: one.role
    description: one.reason
  }
}]

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  name: serviceBusName
}

resource onNamespace 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for one in onQueues: {
  scope: namespace
  name: guid(namespace.id, one.who, one.role)
  properties: {
    principalId: one.who
    roleDefinitionId: one.role
    description: one.reason
  }
}]

resource onGroup 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for id in operatorIds: {
  name: guid(resourceGroup().id, id, monitoringReader)
  properties: {
    principalId: id
    roleDefinitionId: monitoringReader
    description: 'look at the workbook, the alerts and what they ask'
  }
}]
