# Refused Gemini calls are Data Access entries (DATA_READ), which are off by default. Authoritative for this one
# service: an aiplatform.googleapis.com configuration that is there already is overwritten unless it is imported first.

resource "google_organization_iam_audit_config" "vertex_ai" {
  count = local.is_whole_organization && length(var.audit_log_types) > 0 ? 1 : 0

  org_id  = var.organization_id
  service = "aiplatform.googleapis.com"

  dynamic "audit_log_config" {
    for_each = var.audit_log_types

    content {
      log_type = audit_log_config.value
    }
  }
}

resource "google_folder_iam_audit_config" "vertex_ai" {
  for_each = length(var.audit_log_types) > 0 ? var.folders : []

  folder  = "folders/${each.value}"
  service = "aiplatform.googleapis.com"

  dynamic "audit_log_config" {
    for_each = var.audit_log_types

    content {
      log_type = audit_log_config.value
    }
  }
}
