// Paths of templates, one a line on stdin → JSON on stdout: for each template a list of what cdk-nag's rules for AWS Solutions say of it.
// A rule that cannot judge a template is in the list too.
import { readFileSync } from "node:fs";
import { App, Stack } from "aws-cdk-lib";
import { CfnInclude } from "aws-cdk-lib/cloudformation-include";
import { AwsSolutionsChecks } from "cdk-nag";

const paths = readFileSync(0, "utf8").split("\n").filter(Boolean);
const results = paths.map((templateFile) => {
  const app = new App({ analyticsReporting: false });
  const stack = new Stack(app, "stack");
  new CfnInclude(stack, "template", { templateFile });
  const report = new AwsSolutionsChecks(app, { verbose: true }).validateScope(app);
  return report.violations.flatMap(({ ruleName, description, violatingResources }) =>
    violatingResources.map(({ constructPath }) => ({
      rule: ruleName,
      id: constructPath.split("/").at(-1),
      message: description,
    })),
  );
});
process.stdout.write(JSON.stringify(results));
