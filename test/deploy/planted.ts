/** A configuration without a fault, as small as one can be that has what the plants below spoil. */
export const SOUND = `
terraform {
  required_providers {
    google = {
      source = "hashicorp/google"
    }
  }
}

variable "project" {
  type = string
}

locals {
  backoff = "10s"
}

resource "google_pubsub_topic" "denials" {
  project = var.project
  name    = "denials"
}

resource "google_pubsub_subscription" "denials" {
  project              = var.project
  name                 = "denials"
  topic                = google_pubsub_topic.denials.id
  ack_deadline_seconds = 120

  push_config {
    push_endpoint = "https://example.com"

    oidc_token {
      service_account_email = "push@example.com"
    }
  }

  retry_policy {
    minimum_backoff = local.backoff
  }
}

resource "google_logging_organization_sink" "denials" {
  org_id           = "1"
  name             = "denials"
  destination      = "pubsub.googleapis.com/\${google_pubsub_topic.denials.id}"
  include_children = true
}

resource "google_cloudfunctions2_function" "remediate" {
  name     = "remediate"
  location = "europe-west1"

  service_config {
    max_instance_count = 1
  }
}

resource "google_cloud_run_v2_service" "console" {
  name        = "console"
  location    = "europe-west1"
  iap_enabled = true

  template {
    service_account = "console@example.com"

    containers {
      image = "image"
    }
  }
}

resource "google_iap_web_cloud_run_service_iam_binding" "console" {
  cloud_run_service_name = google_cloud_run_v2_service.console.name
  role                   = "roles/iap.httpsResourceAccessor"
  members                = ["user:ada@example.com"]
}

data "google_project" "home" {
  project_id = var.project
}

output "number" {
  value = data.google_project.home.number
}
`;

/** One mistake of each kind: what is replaced by what, and what the checker says about it. */
export interface Plant {
  readonly kind: string;
  readonly find: string;
  readonly replace: string;
  readonly place: string;
  readonly message: string;
  /** Whether `terraform validate` sees it too, which knows no values yet. */
  readonly terraform: 'sees-it' | 'does-not-see-it';
}

export const PLANTS: readonly Plant[] = [
  {
    kind: 'a resource that does not exist',
    find: 'resource "google_pubsub_topic" "denials"',
    replace: 'resource "google_pubsub_topics" "denials"',
    place: 'google_pubsub_topics.denials',
    message: 'there is no resource google_pubsub_topics',
    terraform: 'sees-it',
  },
  {
    kind: 'a data source that does not exist',
    find: 'data "google_project" "home"',
    replace: 'data "google_projekt" "home"',
    place: 'data.google_projekt.home',
    message: 'there is no data google_projekt',
    terraform: 'sees-it',
  },
  {
    kind: 'an argument that does not exist',
    find: 'ack_deadline_seconds = 120',
    replace: 'ack_deadline = 120',
    place: 'google_pubsub_subscription.denials.ack_deadline',
    message: 'is not known here',
    terraform: 'sees-it',
  },
  {
    kind: 'an argument that does not exist, in a block in a block',
    find: 'service_account_email = "push@example.com"',
    replace: 'service_account_email = "push@example.com"\n      audiences = ["x"]',
    place: 'google_pubsub_subscription.denials.push_config.oidc_token.audiences',
    message: 'is not known here',
    terraform: 'sees-it',
  },
  {
    kind: 'a required argument that is missing',
    find: 'topic                = google_pubsub_topic.denials.id',
    replace: '',
    place: 'google_pubsub_subscription.denials.topic',
    message: 'is required, and missing',
    terraform: 'sees-it',
  },
  {
    kind: 'a required argument that is missing in a block',
    find: 'service_account_email = "push@example.com"',
    replace: 'audience = "x"',
    place: 'google_pubsub_subscription.denials.push_config.oidc_token.service_account_email',
    message: 'is required, and missing',
    terraform: 'sees-it',
  },
  {
    kind: 'a block that does not exist',
    find: 'retry_policy {',
    replace: 'retries {',
    place: 'google_pubsub_subscription.denials.retries',
    message: 'is not known here',
    terraform: 'sees-it',
  },
  {
    kind: 'a dynamic block that does not exist',
    find: 'retry_policy {\n    minimum_backoff = local.backoff\n  }',
    replace: 'dynamic "retries" {\n    for_each = [local.backoff]\n    content {}\n  }',
    place: 'google_pubsub_subscription.denials.dynamic.retries',
    message: 'is no block here',
    terraform: 'sees-it',
  },
  {
    kind: 'an argument where a block belongs',
    find: 'retry_policy {\n    minimum_backoff = local.backoff\n  }',
    replace: 'retry_policy = local.backoff',
    place: 'google_pubsub_subscription.denials.retry_policy',
    message: 'is a block, not an argument',
    terraform: 'sees-it',
  },
  {
    kind: 'a block that stands twice where one may',
    find: 'retry_policy {',
    replace: 'retry_policy {\n  }\n  retry_policy {',
    place: 'google_pubsub_subscription.denials.retry_policy',
    message: 'may stand once, and stands 2 times',
    terraform: 'sees-it',
  },
  {
    kind: 'a text for a number',
    find: 'ack_deadline_seconds = 120',
    replace: 'ack_deadline_seconds = "120s"',
    place: 'google_pubsub_subscription.denials.ack_deadline_seconds',
    message: 'expects a number',
    terraform: 'sees-it',
  },
  {
    kind: 'a text for true or false',
    find: 'include_children = true',
    replace: 'include_children = "yes"',
    place: 'google_logging_organization_sink.denials.include_children',
    message: 'expects true or false',
    terraform: 'sees-it',
  },
  {
    kind: 'a list for a text',
    find: 'org_id           = "1"',
    replace: 'org_id           = ["1"]',
    place: 'google_logging_organization_sink.denials.org_id',
    message: 'expects a string',
    terraform: 'sees-it',
  },
  {
    kind: 'an argument that only the provider sets',
    find: 'org_id           = "1"',
    replace: 'org_id           = "1"\n  writer_identity  = "serviceAccount:x"',
    place: 'google_logging_organization_sink.denials.writer_identity',
    message: 'is made by the provider and cannot be set',
    terraform: 'does-not-see-it',
  },
  {
    kind: 'a reference to a resource that is not there',
    find: 'topic                = google_pubsub_topic.denials.id',
    replace: 'topic                = google_pubsub_topic.refusals.id',
    place: 'google_pubsub_topic.refusals.id',
    message: 'there is no resource google_pubsub_topic.refusals',
    terraform: 'sees-it',
  },
  {
    kind: 'a reference to an attribute that is not there',
    find: 'topic                = google_pubsub_topic.denials.id',
    replace: 'topic                = google_pubsub_topic.denials.topic_id',
    place: 'google_pubsub_topic.denials.topic_id',
    message: 'google_pubsub_topic has no topic_id',
    terraform: 'sees-it',
  },
  {
    kind: 'a reference to a variable that is not there',
    find: 'name    = "denials"\n}',
    replace: 'name    = var.nam\n}',
    place: 'var.nam',
    message: 'there is no such variable',
    terraform: 'sees-it',
  },
  {
    kind: 'a reference to a local value that is not there',
    find: 'minimum_backoff = local.backoff',
    replace: 'minimum_backoff = local.backof',
    place: 'local.backof',
    message: 'there is no such local value',
    terraform: 'sees-it',
  },
  {
    kind: 'a reference to a map where one value belongs',
    find: 'topic                = google_pubsub_topic.denials.id',
    replace: 'topic                = google_pubsub_topic.denials.effective_labels',
    place: 'google_pubsub_subscription.denials.topic',
    message: 'expects a single value, and the reference is a map',
    terraform: 'does-not-see-it',
  },
  {
    kind: 'a reference to one value where a map belongs, in a block',
    find: 'push_endpoint = "https://example.com"',
    replace: 'push_endpoint = "https://example.com"\n    attributes = google_pubsub_topic.denials.id',
    place: 'google_pubsub_subscription.denials.push_config.attributes',
    message: 'expects a map, and the reference is a single value',
    terraform: 'does-not-see-it',
  },
  {
    kind: 'a local value that nothing uses',
    find: 'minimum_backoff = local.backoff',
    replace: 'minimum_backoff = "10s"',
    place: 'local.backoff',
    message: 'is used nowhere',
    terraform: 'does-not-see-it',
  },
  {
    kind: 'an argument that only newer providers take, spelled wrongly',
    find: 'iap_enabled = true',
    replace: 'iap_enable = true',
    place: 'google_cloud_run_v2_service.console.iap_enable',
    message: 'is not known here',
    terraform: 'sees-it',
  },
  {
    kind: 'a text for true or false in an argument that only newer providers take',
    find: 'iap_enabled = true',
    replace: 'iap_enabled = "on"',
    place: 'google_cloud_run_v2_service.console.iap_enabled',
    message: 'expects true or false',
    terraform: 'sees-it',
  },
  {
    kind: 'an argument of another resource that does the same',
    find: 'service_account = "console@example.com"',
    replace: 'service_account_email = "console@example.com"',
    place: 'google_cloud_run_v2_service.console.template.service_account_email',
    message: 'is not known here',
    terraform: 'sees-it',
  },
  {
    kind: 'one text for a list of members',
    find: 'members                = ["user:ada@example.com"]',
    replace: 'members                = "user:ada@example.com"',
    place: 'google_iap_web_cloud_run_service_iam_binding.console.members',
    message: 'expects a list',
    terraform: 'sees-it',
  },
  {
    kind: 'the service by the name that other bindings give it',
    find: 'cloud_run_service_name = google_cloud_run_v2_service.console.name',
    replace: 'name                   = google_cloud_run_v2_service.console.name',
    place: 'google_iap_web_cloud_run_service_iam_binding.console.cloud_run_service_name',
    message: 'is required, and missing',
    terraform: 'sees-it',
  },
  {
    kind: 'an argument that newer providers do not take',
    find: 'max_instance_count = 1',
    replace: 'max_instance_count = 1\n    service = "x"',
    place: 'google_cloudfunctions2_function.remediate.service_config.service',
    message: 'is not taken any more: output only since 7.0.0',
    terraform: 'does-not-see-it',
  },
];

/** The sound configuration with one mistake in it. */
export function plant({ kind, find, replace }: Plant): string {
  if (!SOUND.includes(find)) throw new Error(`${kind}: ${JSON.stringify(find)} is not in the sound configuration`);
  return SOUND.replace(find, replace);
}
