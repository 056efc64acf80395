# One folder, proposals only: Guestlist reads the policies of this folder and below, and can write nothing anywhere.
project_id      = "acme-guestlist"
region          = "europe-west1"
organization_id = "123456789012"
folders         = ["456456456456"]
allowlist_file  = "examples/one-folder-propose-only/allowlist.yaml"
apply           = false
