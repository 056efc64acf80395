locals {
  is_whole_organization = length(var.folders) == 0

  # Everything Guestlist may do outside its own project. The last permission is there only with apply.
  permissions = concat(
    [
      "iam.roles.get",
      "resourcemanager.folders.get",
      "resourcemanager.folders.getIamPolicy",
      "resourcemanager.organizations.getIamPolicy",
      "resourcemanager.projects.get",
      "resourcemanager.projects.getIamPolicy",
    ],
    # Nobody approves for an account that they can act as: who can is looked up by whoever carries the approval out.
    local.has_console ? ["iam.serviceAccounts.getIamPolicy"] : [],
    var.apply ? ["resourcemanager.projects.setIamPolicy"] : [],
  )

  # A policy write may touch bindings of this role and of no other. Reads have no such attribute and pass.
  one_role_only = {
    title       = "one_role_only"
    description = "Guestlist hands out ${var.role} and no other role"
    expression  = "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['${var.role}'])"
  }
}

resource "google_organization_iam_custom_role" "guestlist" {
  org_id      = var.organization_id
  role_id     = replace(var.name, "-", "_")
  title       = "Guestlist (${var.name})"
  description = var.apply ? "Reads policies, and writes those of projects." : "Reads policies. Writes none."
  permissions = local.permissions
}

resource "google_organization_iam_member" "guestlist" {
  count = local.is_whole_organization ? 1 : 0

  org_id = var.organization_id
  role   = google_organization_iam_custom_role.guestlist.id
  member = google_service_account.run.member

  condition {
    title       = local.one_role_only.title
    description = local.one_role_only.description
    expression  = local.one_role_only.expression
  }
}

resource "google_folder_iam_member" "guestlist" {
  for_each = var.folders

  folder = "folders/${each.value}"
  role   = google_organization_iam_custom_role.guestlist.id
  member = google_service_account.run.member

  condition {
    title       = local.one_role_only.title
    description = local.one_role_only.description
    expression  = local.one_role_only.expression
  }
}

# Folders and the organization above the folders in scope, and no project: where a project lies is looked up link by
# link, and a policy above it may hold the binding that is missing below.
resource "google_organization_iam_custom_role" "ancestors" {
  count = !local.is_whole_organization && var.read_ancestors ? 1 : 0

  org_id      = var.organization_id
  role_id     = "${replace(var.name, "-", "_")}_ancestors"
  title       = "Guestlist ancestors (${var.name})"
  description = "Reads folders and their policies, and the organization's."
  permissions = [
    "resourcemanager.folders.get",
    "resourcemanager.folders.getIamPolicy",
    "resourcemanager.organizations.getIamPolicy",
  ]
}

resource "google_organization_iam_member" "ancestors" {
  count = length(google_organization_iam_custom_role.ancestors)

  org_id = var.organization_id
  role   = google_organization_iam_custom_role.ancestors[0].id
  member = google_service_account.run.member
}

# The Policy Troubleshooter answers only as far as whoever asks may look.
resource "google_organization_iam_member" "troubleshooter" {
  for_each = local.is_whole_organization ? local.troubleshooter_roles : []

  org_id = var.organization_id
  role   = each.value
  member = google_service_account.run.member
}

resource "google_folder_iam_member" "troubleshooter" {
  for_each = { for pair in setproduct(var.folders, local.troubleshooter_roles) : join(" ", pair) => pair }

  folder = "folders/${each.value[0]}"
  role   = each.value[1]
  member = google_service_account.run.member
}

locals {
  troubleshooter_roles = toset(var.troubleshooter == "off" ? [] : ["roles/iam.securityReviewer", "roles/iam.denyReviewer"])
}
