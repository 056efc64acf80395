// The bare functions framework: a CloudEvent function that does nothing.
require('@google-cloud/functions-framework').cloudEvent('remediate', () => {});
