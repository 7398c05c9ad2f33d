metadata name = 'Lifecycle'
metadata description = 'What nobody needs any more goes by itself. Rejected rows lie in their run\'s folder, and go with it.'

@description('Required. Storage account of datasets, recipes and runs.')
param accountName string

@description('Required. Containers whose blobs are deleted some days after they were last changed: objects of name and days.')
param retained keptType[]

@description('Required. Days after which a version of an overwritten blob is deleted.')
@minValue(1)
@maxValue(365)
param versionDays int

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: accountName
}

resource policy 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: concat(expiries, versions)
    }
  }
}

var expiries = [for one in retained: {
  name: 'expire-${one.name}'
  type: 'Lifecycle'
  enabled: true
  definition: {
    filters: {
      blobTypes: ['blockBlob']
      prefixMatch: ['${one.name}/']
    }
    actions: {
      baseBlob: {
        delete: {
          daysAfterModificationGreaterThan: one.days
        }
      }
    }
  }
}]

var versions = [
  {
    name: 'expire-versions'
    type: 'Lifecycle'
    enabled: true
    definition: {
      filters: {
        blobTypes: ['blockBlob']
      }
      actions: {
        version: {
          delete: {
            daysAfterCreationGreaterThan: versionDays
          }
        }
      }
    }
  }
]

@description('A container, and the days after their last change for which its blobs are kept.')
type keptType = {
  @description('Name of the container.')
  name: string
  @description('Days.')
  days: int
}
