metadata name = 'Foundry'
metadata description = 'A Foundry account with one project, where the customer brings none.'

@description('Required. Azure region of account and project. Training and Developer deployments are not offered everywhere.')
param location string

@description('Required. Tags of account and project.')
param tags object

@description('Required. Name of the account, and its host name: 2 to 64 letters, digits and hyphens, unique in the world.')
@minLength(2)
@maxLength(64)
param accountName string

@description('Required. Name of the project.')
@minLength(2)
@maxLength(64)
param projectName string

@description('Required. Models to deploy beside those that are tuned: a base to compare with, a judge. None: an empty list.')
param modelDeployments modelDeploymentType[]

@description('Required. Whether only private endpoints reach it.')
param isPrivate bool

@description('Required. Workspace that is told of changes to the account.')
param logAnalyticsId string

resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' = {
  name: accountName
  location: location
  tags: tags
  kind: 'AIServices'
  sku: {
    name: 'S0'
  }
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    allowProjectManagement: true
    customSubDomainName: accountName
    disableLocalAuth: true
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: isPrivate ? 'Deny' : 'Allow'
    }
  }
}

resource project 'Microsoft.CognitiveServices/accounts/projects@2025-06-01' = {
  parent: account
  name: projectName
  location: location
  tags: tags
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    displayName: projectName
    description: 'Fine-tuning jobs of Tunedrop'
  }
}

// One after the other: an account takes one change of its deployments at a time.
@batchSize(1)
resource deployment 'Microsoft.CognitiveServices/accounts/deployments@2025-06-01' = [for one in modelDeployments: {
  parent: account
  name: one.name
  sku: {
    name: one.sku
    capacity: one.capacity
  }
  properties: {
    model: {
      format: 'OpenAI'
      name: one.model
      version: one.version
    }
    versionUpgradeOption: 'NoAutoUpgrade'
  }
  dependsOn: [
    project
  ]
}]

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: account
  name: 'audit'
  properties: {
    workspaceId: logAnalyticsId
    logs: [
      {
        category: 'Audit'
        enabled: true
      }
    ]
  }
}

output accountId string = account.id
output projectEndpoint string = 'https://${account.properties.customSubDomainName}.services.ai.azure.com/api/projects/${project.name}'

@description('A deployment of a base model.')
type modelDeploymentType = {
  @description('Name of the deployment.')
  name: string
  @description('Name of the model.')
  model: string
  @description('Version of the model.')
  version: string
  @description('Deployment type, such as GlobalStandard.')
  sku: string
  @description('Thousand tokens a minute.')
  @minValue(1)
  capacity: int
}
