metadata name = 'Events'
metadata description = 'Uploads are announced: storage account, system topic, intake queue. What cannot be delivered is kept in a container. The subscription checks the identity\'s rights when it is made: the roles have to be there before this module.'

@description('Required. Azure region of the storage account, and so of its topic.')
param location string

@description('Required. Tags of the topic.')
param tags object

@description('Required. Makes names unique: 13 characters.')
param token string

@description('Required. Storage account that people drop into.')
param accountId string

@description('Required. Container that people drop into.')
param datasetsContainer string

@description('Required. Container of events that could not be delivered; not the one that is watched, or it would feed itself.')
param deadLetterContainer string

@description('Required. Name of the Service Bus namespace.')
param serviceBusName string

@description('Required. User-assigned identity that delivers.')
param identityId string

@description('Required. Workspace that is told of failed deliveries.')
param logAnalyticsId string

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  name: serviceBusName

  resource intake 'queues' existing = {
    name: 'intake'
  }
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: 'evgt-${token}'
  location: location
  tags: tags
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    source: accountId
    topicType: 'Microsoft.Storage.StorageAccounts'
  }
}

resource uploads 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: 'uploads'
  properties: {
    eventDeliverySchema: 'CloudEventSchemaV1_0'
    deliveryWithResourceIdentity: {
      identity: identity
      destination: {
        endpointType: 'ServiceBusQueue'
        properties: {
          resourceId: namespace::intake.id
        }
      }
    }
    deadLetterWithResourceIdentity: {
      identity: identity
      deadLetterDestination: {
        endpointType: 'StorageBlob'
        properties: {
          resourceId: accountId
          blobContainerName: deadLetterContainer
        }
      }
    }
    filter: {
      includedEventTypes: ['Microsoft.Storage.BlobCreated']
      subjectBeginsWith: '/blobServices/default/containers/${datasetsContainer}/blobs/'
      advancedFilters: [
        {
          operatorType: 'NumberGreaterThan'
          key: 'data.contentLength'
          value: 0
        }
        {
          operatorType: 'StringIn'
          key: 'data.api'
          values: ['PutBlob', 'PutBlockList', 'CopyBlob']
        }
      ]
    }
    retryPolicy: {
      maxDeliveryAttempts: 30
      eventTimeToLiveInMinutes: 1440
    }
  }
}

var identity = {
  type: 'UserAssigned'
  userAssignedIdentity: identityId
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: topic
  name: 'deliveries'
  properties: {
    workspaceId: logAnalyticsId
    logs: [
      {
        category: 'DeliveryFailures'
        enabled: true
      }
    ]
  }
}

output topicId string = topic.id
