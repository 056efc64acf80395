# The zip that npm run build made the contents of, and where Cloud Build puts the image.

data "archive_file" "artefact" {
  type        = "zip"
  source_dir  = var.artefact_dir
  output_path = "${path.module}/.terraform/guestlist.zip"
}

resource "google_storage_bucket" "artefacts" {
  project                     = var.project_id
  name                        = "${var.project_id}-${var.name}-artefacts"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = true

  depends_on = [google_project_service.used]
}

# A change of the contents is a change of the name, and deploys. The functions name the generation too, so nobody can put
# something else in its place before it is built.
resource "google_storage_bucket_object" "artefact" {
  bucket = google_storage_bucket.artefacts.name
  name   = "guestlist-${data.archive_file.artefact.output_md5}.zip"
  source = data.archive_file.artefact.output_path
}

resource "google_artifact_registry_repository" "images" {
  project       = var.project_id
  location      = var.region
  repository_id = var.name
  format        = "DOCKER"
  description   = "Images of Guestlist's functions"

  depends_on = [google_project_service.used]
}

resource "google_artifact_registry_repository_iam_member" "build" {
  project    = var.project_id
  location   = var.region
  repository = google_artifact_registry_repository.images.name
  role       = "roles/artifactregistry.writer"
  member     = google_service_account.build.member
}

resource "google_project_iam_member" "build_logs" {
  project = var.project_id
  role    = "roles/logging.logWriter"
  member  = google_service_account.build.member
}

# Cloud Run functions copies the zip to a bucket of its own before the build reads it.
resource "google_project_iam_member" "build_sources" {
  project = var.project_id
  role    = "roles/storage.objectViewer"
  member  = google_service_account.build.member

  condition {
    title      = "function_sources_only"
    expression = "resource.name.startsWith(\"projects/_/buckets/gcf-v2-sources-${data.google_project.home.number}-${var.region}\") || resource.name.startsWith(\"projects/_/buckets/${google_storage_bucket.artefacts.name}\")"
  }
}
