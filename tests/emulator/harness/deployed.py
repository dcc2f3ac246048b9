"""The case study's stacks in the emulator: deployed one after the other, and what stands there then."""

from . import account, assembly, stacks, unsupported
from .aws import REGION, Aws, Failed, expect
from .case_study import (
    BUS,
    CENTRAL,
    CENTRAL_RULE,
    CENTRAL_STACK,
    EXPORT_RULE,
    ORGANISATION,
    PIPELINES,
    TRIGGERS,
    USER_STACK,
    pipeline_stack,
    registrar_role,
    registration,
    told,
)
from .registry import Registry, address


class Deployed:
    """The steps that make it; what one makes, the next uses."""

    def __init__(self, arguments):
        self.aws = Aws(arguments.endpoint)
        self.home = arguments.home
        self.bootstrap = arguments.bootstrap
        self.stacks = assembly.read(arguments.assembly)
        self.lacking = unsupported.read_list()
        self.deployed = []

    def the_emulator_refuses_what_it_lacks(self):
        """Else a stack that deploys would prove nothing."""
        probe = {"Resources": {"Probe": {"Type": "AWS::EventsV2::EventBus", "Properties": {"Name": "probe"}}}}
        status, reasons = stacks.attempt(self.aws, CENTRAL, "probe-lacking", probe, [])
        expect("status of a stack of a type that the emulator lacks", status in ("REFUSED", "CREATE_FAILED"), True)
        return f"{status}: {reasons[0]}"

    def accounts_are_prepared(self):
        self.own = {
            "OrgId": ORGANISATION,
            "CentralAccountId": CENTRAL,
            **account.upload_code(self.aws, CENTRAL, self.bootstrap),
        }
        self.networks = {one: account.create_network(self.aws, one) for one in PIPELINES.values()}
        self.networks[PIPELINES["searches"]] = account.NO_NETWORK

    def listed_types_are_lacking(self):
        """Each type of the list occurs in the assembly and does not deploy, even alone."""
        for kind in self.lacking:
            owners = [stack for stack in self.stacks.values() if unsupported.alone(stack.template, kind)]
            if not owners:
                raise Failed(f"{unsupported.LIST.name}: {kind} occurs in no template: take it out")
            alone = unsupported.alone(owners[0].template, kind)
            values = assembly.parameters(owners[0], self.own | self.networks[PIPELINES["listings"]], alone)
            name = f"probe-{kind.replace('::', '-').lower()}"
            status, reasons = stacks.attempt(self.aws, CENTRAL, name, alone, values)
            if status == "CREATE_COMPLETE":
                raise Failed(f"{unsupported.LIST.name}: {kind} deploys: take it out")
            if status != "CREATE_FAILED":
                raise Failed(f"{unsupported.LIST.name}: {kind} could not be tried: {status}: {reasons}")
        return f"{len(self.lacking)} types"

    def central_stack_deploys(self):
        return self._deploy(CENTRAL_STACK, CENTRAL)

    def both_apis_have_an_address(self):
        """The central account tells it; every account stack takes it as a parameter."""
        self.own["RegistryUrl"] = address(self.aws, CENTRAL, CENTRAL_STACK)
        self.own["SlackUrl"] = address(self.aws, CENTRAL, CENTRAL_STACK, "/pipesynth/slack-url", "SlackUrl")
        self.registry = Registry(self.aws, self.own["RegistryUrl"])
        expect("pipelines before any deploy", self.registry.graph(CENTRAL), {})
        return self.own["RegistryUrl"]

    def user_stacks_deploy(self):
        return ", ".join(self._deploy(USER_STACK, one) for one in PIPELINES.values())

    def pipeline_stacks_deploy(self):
        return ", ".join(self._deploy(pipeline_stack(name), one) for name, one in PIPELINES.items())

    def _deploy(self, name, one):
        stack = self.stacks.get((name, one))
        if not stack:
            raise Failed(f"the assembly has no stack {name} for account {one}: {sorted(self.stacks)}")
        template = unsupported.without(stack.template, self.lacking)
        values = assembly.parameters(stack, self.own | self.networks.get(one, {}))
        seconds = stacks.create(self.aws, one, stack.name, template, values, stack.tags)
        self.deployed.append((one, stack.name))
        left_out = len(stack.template["Resources"]) - len(template["Resources"])
        return f"{name} in {one}: {len(template['Resources'])} resources ({left_out} left out) {seconds:.1f} s"

    def registrations_arrived(self):
        """Each pipeline with its own trigger, by its account's registrar, in the central table."""
        known = self.registry.graph(CENTRAL)
        expect("registered", sorted(known), sorted(f"{one}/{name}" for name, one in PIPELINES.items()))
        for name, one in PIPELINES.items():
            entry = known[f"{one}/{name}"]
            expect(f"trigger of {name}", told(entry["trigger"]), TRIGGERS[name])
            expect(f"version of {name}", entry["version"], 1)
        status, shown = self.registry.as_account(CENTRAL, "GET", f"/pipelines/{PIPELINES['listings']}/listings")
        expect("listings", (status, shown["children"]), (200, [f"{PIPELINES['pipeline-x']}/pipeline-x"]))

    def the_registry_refuses_what_it_must(self):
        """Nobody unsigned, no other role, no other account; a cycle with its path."""
        one, path = PIPELINES["listings"], f"/pipelines/{PIPELINES['listings']}/listings"
        other, role = PIPELINES["searches"], registrar_role(PIPELINES["listings"], REGION)
        cycle = registration(one, "listings", (PIPELINES["pipeline-x"], "pipeline-x"), REGION)
        foreign = registration(other, "searches", (one, "listings"), REGION)
        asked = {
            "unsigned": self.registry.unsigned("GET", "/graph"),
            "an account, not its registrar": self.registry.as_account(one, "PUT", path, cycle),
            "another account's pipeline": self.registry.as_role(one, role, "PUT", f"/pipelines/{other}/searches", foreign),
            "a cycle": self.registry.as_role(one, role, "PUT", path, cycle),
            "listings goes": self.registry.as_role(one, role, "DELETE", path),
        }
        wanted = [403, 403, 403, 409, 409]
        expect("refusals", [status for status, _ in asked.values()], wanted)
        api = self.registry.url.split("/")[-2]
        call = f"execute-api:Invoke on arn:aws:execute-api:{REGION}:{CENTRAL}:{api}/prod/PUT/pipelines/{other}/searches"
        self.refused_by_role = [f"{one}/registry-client-{REGION} {call}: not allowed by any policy"]
        way = [f"{one}/listings", f"{PIPELINES['pipeline-x']}/pipeline-x", f"{one}/listings"]
        expect("the cycle", asked["a cycle"][1]["cycle"], way)
        expect("version of listings", self.registry.graph(CENTRAL)[f"{one}/listings"]["version"], 1)
        return asked["a cycle"][1]["message"]

    def rules_stand(self):
        for one in PIPELINES.values():
            rule = self.aws.client(one, "events").describe_rule(Name=EXPORT_RULE)
            expect(f"{EXPORT_RULE} in {one}", (rule["EventBusName"], rule["State"]), ("default", "ENABLED"))
        rule = self.aws.client(CENTRAL, "events").describe_rule(Name=CENTRAL_RULE, EventBusName=BUS)
        expect(f"{CENTRAL_RULE} in {CENTRAL}", (rule["EventBusName"], rule["State"]), (BUS, "ENABLED"))
