metadata name = 'Monitoring'
metadata description = 'Where logs, traces and metrics go: a workspace, and Application Insights on it.'

@description('Required. Azure region of the workspace and of Application Insights.')
param location string

@description('Required. Tags of both.')
param tags object

@description('Required. Makes names unique: 13 characters.')
param token string

@description('Required. Days for which logs, traces and metrics are kept.')
@minValue(30)
@maxValue(730)
param retentionDays int

resource logAnalytics 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: 'log-${token}'
  location: location
  tags: tags
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: retentionDays
    features: {
      disableLocalAuth: true
      enableLogAccessUsingOnlyResourcePermissions: true
    }
  }
}

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-${token}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: logAnalytics.id
    DisableLocalAuth: true
  }
}

output logAnalyticsId string = logAnalytics.id
output applicationInsightsId string = applicationInsights.id
output applicationInsightsName string = applicationInsights.name
output connectionString string = applicationInsights.properties.ConnectionString
