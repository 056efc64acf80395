locals {
  # The collections of the ledger (Records in src/ledger/records.ts); a test compares them.
  collections = [
    "entries",
    "incidents",
    "rounds",
    "grants",
    "access",
    "proposals",
    "budgets",
    "callers",
    "turns",
    "digests",
  ]
}

# Stays when Guestlist goes: it is the record of every grant.
resource "google_firestore_database" "ledger" {
  project                           = var.project_id
  name                              = var.name
  location_id                       = var.region
  type                              = "FIRESTORE_NATIVE"
  delete_protection_state           = "DELETE_PROTECTION_ENABLED"
  deletion_policy                   = "ABANDON"
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_ENABLED"

  depends_on = [google_project_service.used]
}

# Every document says itself until when it is kept.
resource "google_firestore_field" "expiry" {
  for_each = toset(local.collections)

  project    = var.project_id
  database   = google_firestore_database.ledger.name
  collection = each.value
  field      = "expireAt"

  ttl_config {}
  index_config {}
}

# The record itself, as text: nothing is found by it.
resource "google_firestore_field" "body" {
  for_each = toset(local.collections)

  project    = var.project_id
  database   = google_firestore_database.ledger.name
  collection = each.value
  field      = "body"

  index_config {}
}

resource "google_project_iam_member" "ledger" {
  project = var.project_id
  role    = "roles/datastore.user"
  member  = google_service_account.run.member

  condition {
    title      = "ledger_only"
    expression = "resource.name == \"projects/${var.project_id}/databases/${var.name}\""
  }
}
