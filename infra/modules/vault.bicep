metadata name = 'Vault'
metadata description = 'The one secret there is: the address at which Teams takes cards carries its own signature.'

@description('Required. Azure region of the vault.')
param location string

@description('Required. Tags of the vault.')
param tags object

@description('Required. Makes names unique: 13 characters.')
param token string

@description('Required. Where cards are posted. Empty: no secret is made.')
@secure()
param teamsWebhookUrl string

@description('Required. Whether only private endpoints reach it.')
param isPrivate bool

@description('Required. Days for which a deleted vault or secret can be brought back.')
@minValue(7)
@maxValue(90)
param softDeleteDays int

@description('Required. Whether it cannot be purged before.')
param purgeProtection bool

@description('Required. Workspace that is told who read the secret.')
param logAnalyticsId string

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: 'kv-${token}'
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: softDeleteDays
    enablePurgeProtection: purgeProtection ? true : null // the service takes no false
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: isPrivate ? 'Deny' : 'Allow'
      bypass: 'None'
    }
  }
}

resource teamsWebhook 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = if (!empty(teamsWebhookUrl)) {
  parent: vault
  name: secretName
  properties: {
    value: teamsWebhookUrl
    contentType: 'address'
    attributes: {
      enabled: true
    }
  }
}

var secretName = 'teams-webhook-url'

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'audit'
  properties: {
    workspaceId: logAnalyticsId
    logs: [
      {
        category: 'AuditEvent'
        enabled: true
      }
    ]
  }
}

output id string = vault.id
output name string = vault.name
output teamsWebhookName string = secretName
output teamsVaultUri string = '${vault.properties.vaultUri}secrets/${secretName}'
