// TEMPLATES → the same stacks by the AWS CDK, as little of it as can be: `node app.js TEMPLATES OUT`.
//
// Each pipeline's template is read as a finished document; the CDK makes one CfnResource of each resource, resolves it and writes the assembly.
// Reading pipeline.yaml and building the documents, which is the work of pipesynth and of the other peer, is not in it: whatever a team
// writes with the CDK's typed constructs costs more than this.

const fs = require('node:fs');
const path = require('node:path');
const { App, CfnOutput, CfnParameter, CfnResource, Stack } = require('aws-cdk-lib');

const templates = process.env.PEERS_TEMPLATES ?? process.argv[2];
const app = new App({ outdir: process.env.CDK_OUTDIR ?? process.argv[3] });
const ours = /^pipesynth-(?!central\.|user\.).*\.template\.json$/;

for (const file of fs.readdirSync(templates).filter((name) => ours.test(name)).sort()) {
  const template = JSON.parse(fs.readFileSync(path.join(templates, file), 'utf8'));
  const stack = new Stack(app, file.slice(0, -'.template.json'.length), { description: template.Description });
  for (const [id, given] of Object.entries(template.Parameters ?? {})) {
    new CfnParameter(stack, id, { type: given.Type, description: given.Description, default: given.Default }).overrideLogicalId(id);
  }
  for (const [id, given] of Object.entries(template.Resources)) {
    const resource = new CfnResource(stack, id, { type: given.Type, properties: given.Properties });
    resource.overrideLogicalId(id);
    for (const key of ['DependsOn', 'DeletionPolicy', 'UpdateReplacePolicy'].filter((key) => key in given)) {
      resource.addOverride(key, given[key]);
    }
  }
  for (const [id, given] of Object.entries(template.Outputs ?? {})) {
    new CfnOutput(stack, `Output${id}`, { value: given.Value, description: given.Description }).overrideLogicalId(id);
  }
}
app.synth();
