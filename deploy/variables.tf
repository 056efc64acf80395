# Where Guestlist lives.

variable "project_id" {
  description = "Project that holds Guestlist. Give it one of its own: whoever administers this project can act as Guestlist."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "project_id: expected the id of a project, such as acme-guestlist (not its number)."
  }
}

variable "region" {
  description = "Region of the functions, the ledger and the log bucket."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]{1,2}$", var.region))
    error_message = "region: expected a region, such as europe-west1."
  }
}

variable "name" {
  description = "First part of every name. Change it to install Guestlist twice, or again soon after an uninstall."
  type        = string
  default     = "guestlist"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,16}[a-z0-9]$", var.name))
    error_message = "name: expected 4 to 18 lower-case letters, digits and hyphens, such as guestlist."
  }
}

# What Guestlist sees, and what it may change.

variable "organization_id" {
  description = "Number of the organization."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{6,20}$", var.organization_id))
    error_message = "organization_id: expected digits alone, such as 123456789012."
  }
}

variable "folders" {
  description = "Numbers of the folders to watch and, with apply, to change, instead of the whole organization."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for folder in var.folders : can(regex("^[0-9]{6,20}$", folder))])
    error_message = "folders: expected folder numbers, digits alone, such as 456456456456."
  }
}

variable "read_ancestors" {
  description = "With folders: also read the folders above them and the organization, though no project there. Needed for folders that do not lie right below the organization."
  type        = bool
  default     = false
}

variable "apply" {
  description = "Whether Guestlist may write policies. While it is false, no permission to write exists."
  type        = bool
  default     = false
}

variable "role" {
  description = "The one role that Guestlist may hand out. IAM enforces it, and the allowlist has to name the same one."
  type        = string
  default     = "roles/aiplatform.user"

  validation {
    condition = (
      contains(["roles/aiplatform.user", "roles/aiplatform.expressUser", "roles/aiplatform.viewer"], var.role) ||
      can(regex("^organizations/[0-9]{6,20}/roles/[A-Za-z0-9_.]{3,64}$", var.role))
    )
    error_message = "role: expected roles/aiplatform.user, roles/aiplatform.expressUser, roles/aiplatform.viewer or a custom role of the organization. A role that can change policies must never stand here."
  }
}

variable "never_touch_folders" {
  description = "Numbers of folders where a deny policy refuses Guestlist every policy write, whatever else says otherwise."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for folder in var.never_touch_folders : can(regex("^[0-9]{6,20}$", folder))])
    error_message = "never_touch_folders: expected folder numbers, digits alone, such as 789789789789."
  }
}

variable "allowlist_file" {
  description = "Path of the allowlist, from the folder Terraform runs in."
  type        = string

  validation {
    condition     = can(yamldecode(file(var.allowlist_file)).version)
    error_message = "allowlist_file: expected the path of a readable allowlist. Check it with: npx guestlist allowlist check FILE"
  }
}

# What reaches Guestlist.

variable "also_report" {
  description = "Refusals besides status 7 (permission denied): throttled (8), policy-violation (9 with an organization policy violation), unauthenticated (16)."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for kind in var.also_report : contains(["throttled", "policy-violation", "unauthenticated"], kind)])
    error_message = "also_report: expected throttled, policy-violation or unauthenticated."
  }
}

variable "audit_log_types" {
  description = "Data Access audit logs of Vertex AI to switch on, such as [\"DATA_READ\"]. Empty leaves them alone. Overwrites what is set for this service: import it first."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for type in var.audit_log_types : contains(["DATA_READ", "DATA_WRITE", "ADMIN_READ"], type)])
    error_message = "audit_log_types: expected DATA_READ, DATA_WRITE or ADMIN_READ."
  }
}

variable "troubleshooter" {
  description = "Whether to ask the Policy Troubleshooter: off, on, or with-errors. It needs roles/iam.securityReviewer and roles/iam.denyReviewer, which read every policy in scope."
  type        = string
  default     = "off"

  validation {
    condition     = contains(["off", "on", "with-errors"], var.troubleshooter)
    error_message = "troubleshooter: expected off, on or with-errors."
  }
}

# Where reports and alerts go.

variable "channel_secrets" {
  description = "Environment variable of a channel => id of a secret in this project that holds its value. Make the secrets by hand: Terraform never sees the values."
  type        = map(string)
  default     = {}

  validation {
    condition = alltrue([for variable in keys(var.channel_secrets) : contains([
      "GUESTLIST_SLACK_WEBHOOK",
      "GUESTLIST_SLACK_TOKEN",
      "GUESTLIST_CHAT_WEBHOOK",
      "GUESTLIST_TEAMS_WEBHOOK",
      "GUESTLIST_WEBHOOK_URL",
      "GUESTLIST_WEBHOOK_SECRET",
    ], variable)])
    error_message = "channel_secrets: expected GUESTLIST_SLACK_WEBHOOK, GUESTLIST_SLACK_TOKEN, GUESTLIST_CHAT_WEBHOOK, GUESTLIST_TEAMS_WEBHOOK, GUESTLIST_WEBHOOK_URL or GUESTLIST_WEBHOOK_SECRET."
  }

  validation {
    condition     = alltrue([for secret in values(var.channel_secrets) : can(regex("^[A-Za-z0-9_-]{1,255}$", secret))])
    error_message = "channel_secrets: expected the id of a secret, such as guestlist-slack, never a URL or the value itself."
  }
}

variable "slack_channel" {
  description = "Id of the Slack channel that a bot posts to, with the bot's token as GUESTLIST_SLACK_TOKEN in channel_secrets."
  type        = string
  default     = ""

  validation {
    condition     = var.slack_channel == "" || can(regex("^[CGD][A-Z0-9]{5,30}$", var.slack_channel))
    error_message = "slack_channel: expected the id of a channel, such as C0123456789, not its name."
  }

  validation {
    condition     = (var.slack_channel != "") == contains(keys(var.channel_secrets), "GUESTLIST_SLACK_TOKEN")
    error_message = "slack_channel: expected GUESTLIST_SLACK_TOKEN in channel_secrets with it, and it with that."
  }
}

variable "alert_emails" {
  description = "Addresses that alerts are mailed to."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.alert_emails : can(regex("^[^@\\s]+@[^@\\s]+[.][^@\\s]+$", address))])
    error_message = "alert_emails: expected e-mail addresses."
  }
}

variable "notification_channels" {
  description = "Existing notification channels for alerts, as projects/P/notificationChannels/N."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for channel in var.notification_channels : can(regex("^projects/[^/]+/notificationChannels/[0-9]+$", channel))])
    error_message = "notification_channels: expected names such as projects/acme-ops/notificationChannels/123."
  }
}

# The console.

variable "console_users" {
  description = "Who may pass the proxy before the console: user:, group: or domain:. Empty: there is no console. Who may approve there is for the allowlist to say (approvers)."
  type        = set(string)
  default     = []

  validation {
    condition = alltrue([
      for member in var.console_users :
      can(regex("^(?:user|group):[^@\\s:,]+@[a-z0-9-]+(?:[.][a-z0-9-]+)+$", member)) || can(regex("^domain:[a-z0-9-]+(?:[.][a-z0-9-]+)+$", member))
    ])
    error_message = "console_users: expected user:ada@example.com, group:approvers@example.com or domain:example.com. Never allUsers or allAuthenticatedUsers, and no service account: a page where people decide is for people."
  }

  validation {
    condition     = length(setintersection(var.console_users, ["domain:gmail.com", "domain:googlemail.com"])) == 0
    error_message = "console_users: expected a domain of your own. Anybody can have an address there."
  }
}

variable "console_viewers" {
  description = "Addresses and domains of those who may look at the console, of those whom the proxy lets in; approvers always may. Empty: all of them. Groups cannot stand here: the proxy tells the console addresses alone."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for viewer in var.console_viewers : can(regex("^(?:[^@\\s:,]+@)?[a-z0-9-]+(?:[.][a-z0-9-]+)+$", viewer))])
    error_message = "console_viewers: expected addresses and domains such as ada@example.com or example.com, without user: or domain:."
  }

  validation {
    condition     = length(var.console_viewers) == 0 || length(var.console_users) > 0
    error_message = "console_viewers: expected console_users with it. Without that there is no console to look at."
  }
}

# What runs.

variable "artefact_dir" {
  description = "Folder that npm run build made, from the folder Terraform runs in."
  type        = string
  default     = "../dist"
}
