metadata name = 'Budget'
metadata description = 'Tells before the money is spent. Without addresses the subscription\'s owners are told.'

@description('Required. Amount a month, in the currency that the subscription is billed in.')
@minValue(1)
param amount int

@description('Required. First day of a month: no earlier than the current one when the budget is made.')
param startDate string

@description('Required. Who is told by mail.')
param alertEmails string[]

resource budget 'Microsoft.Consumption/budgets@2023-11-01' = {
  name: 'tunedrop'
  properties: {
    category: 'Cost'
    amount: amount
    timeGrain: 'Monthly'
    timePeriod: {
      startDate: startDate
    }
    notifications: {
      mostIsSpent: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: alertEmails
        contactRoles: contactRoles
      }
      willBeExceeded: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: alertEmails
        contactRoles: contactRoles
      }
    }
  }
}

var contactRoles = empty(alertEmails) ? ['Owner'] : []
