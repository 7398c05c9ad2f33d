metadata name = 'Roles on Foundry'
metadata description = 'What the app may do on the Foundry account. A module of its own: the account may lie in another resource group.'

@description('Required. Name of the Foundry account.')
param accountName string

@description('Required. Object id of the app\'s identity.')
param appPrincipalId string

resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' existing = {
  name: accountName
}

// No built-in role makes deployments without also reading keys or changing the account.
resource modelDeployer 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(account.id, 'model deployer')
  properties: {
    roleName: 'Tunedrop model deployer (${accountName})'
    description: 'Make, look at and remove model deployments, and see which models are offered.'
    type: 'CustomRole'
    assignableScopes: [
      groupId
    ]
    permissions: [
      {
        actions: [
          'Microsoft.CognitiveServices/accounts/deployments/read'
          'Microsoft.CognitiveServices/accounts/deployments/write'
          'Microsoft.CognitiveServices/accounts/deployments/delete'
          'Microsoft.CognitiveServices/accounts/models/read'
        ]
      }
    ]
  }
}

var groupId = resourceGroup().id
var definitions = 'Microsoft.Authorization/roleDefinitions'
var foundryUser = subscriptionResourceId(definitions, '53ca6127-db72-4b80-b1b0-d745d6d5456d')

var accountRoles = [
  {
    role: 'Foundry User'
    id: foundryUser
    reason: 'upload training files, make and watch jobs, ask a deployment for an answer'
  }
  {
    role: 'Tunedrop model deployer'
    id: subscriptionResourceId(definitions, modelDeployer.name)
    reason: 'deploy the chosen checkpoint, remove it, and see until when a base model can be tuned'
  }
]

resource onAccount 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for one in accountRoles: {
  scope: account
  name: guid(account.id, appPrincipalId, one.role)
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: one.id
    description: one.reason
  }
}]
