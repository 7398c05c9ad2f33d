metadata name = 'Roles of people'
metadata description = 'Who may drop datasets, and who may write recipes. With the accounts\' keys off, nobody may unless named here.'

@description('Required. Storage account of datasets, recipes and runs.')
param dataAccountName string

@description('Required. Container that people drop into.')
param datasetsContainer string

@description('Required. Container of recipes.')
param recipesContainer string

@description('Required. Object ids of people or groups who may drop datasets.')
param uploaderIds string[]

@description('Required. Object ids of people or groups who may write recipes.')
param recipeAuthorIds string[]

// Storage Blob Data Contributor; it cannot write tags, so nobody forges the verdict of the malware scanner.
var blobContributor = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'ba92f5b4-2d11-453d-a403-e96b0029c9fe')

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: dataAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource datasets 'containers' existing = {
      name: datasetsContainer
    }

    resource recipes 'containers' existing = {
      name: recipesContainer
    }
  }
}

resource uploader 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for id in uploaderIds: {
  scope: account::blobs::datasets
  name: guid(account::blobs::datasets.id, id, blobContributor)
  properties: {
    principalId: id
    roleDefinitionId: blobContributor
    description: 'drop datasets'
  }
}]

resource recipeAuthor 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for id in recipeAuthorIds: {
  scope: account::blobs::recipes
  name: guid(account::blobs::recipes.id, id, blobContributor)
  properties: {
    principalId: id
    roleDefinitionId: blobContributor
    description: 'write recipes'
  }
}]
