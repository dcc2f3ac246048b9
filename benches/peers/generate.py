"""SEED, N → N projects in pipesynth's own format: `generate.py OUT N`, the same bytes on every machine.

OUT gets pipesynth.yaml with 100 accounts and one folder a pipeline. A pipeline depends on its seed and its number alone and waits
only for pipelines with lower numbers, so the first k projects are the same for every N. `--local` gives Spark steps a file of the
project instead of one that lies in S3.
"""

import argparse
import random
from pathlib import Path

SEED = 20261123
ACCOUNTS = 100
TEAMS = ["search", "core-data", "rent-journey", "buy-journey", "pricing", "leads", "finance", "trust-safety", "crm", "realtor"]
NOUNS = ["listings", "searches", "visits", "sessions", "valuations", "invoices", "clicks", "contacts", "photos", "rankings"]
VERBS = ["daily", "snapshot", "rollup", "export", "features", "quality", "report"]
TYPES = ["m5.xlarge", "m5.2xlarge", "r5.xlarge", "r5.2xlarge", "m6g.xlarge"]
ZONES = ["Europe/Berlin", "Europe/Madrid", "UTC"]
HEAD = '''"""{name}: {job}."""

import argparse

from pyspark.sql import SparkSession

parser = argparse.ArgumentParser()
parser.add_argument("--date", required=True)
date = parser.parse_args().date
spark = SparkSession.builder.appName("{name}").getOrCreate()
spark.read.parquet(f"s3://{team}-raw/{name}/dt={{date}}/").groupBy("key").count().write.parquet(f"s3://{team}-data/{name}/dt={{date}}/")
'''


class Draw:
    """Random choices from one seed. Only `random()` is used: its sequence for a seed is promised, that of the others is not."""

    def __init__(self, *parts: object):
        self.source = random.Random("/".join(map(str, parts)))

    def below(self, n: int) -> int:
        return int(self.source.random() * n)

    def between(self, low: int, high: int) -> int:
        return low + self.below(high - low + 1)

    def one(self, items: list[str]) -> str:
        return items[self.below(len(items))]

    def chance(self, percent: int) -> bool:
        return self.below(100) < percent


def alias(number: int) -> str:
    return f"account-{number % ACCOUNTS:02}"


def account(number: int) -> str:
    return f"{100_000_000_000 + 7_919 * (number % ACCOUNTS)}"


def name_of(seed: int, number: int) -> str:
    draw = Draw(seed, "name", number)
    return f"{draw.one(NOUNS)}-{draw.one(VERBS)}-{number:04}"


def organization() -> str:
    lines = [
        "# The organisation of the benchmarks: 100 user accounts.",
        "organization:",
        "    id: o-a1b2c3d4e5",
        '    centralAccount: "999999999999"',
        "    region: eu-central-1",
        "    timezone: Europe/Berlin",
        "    accounts:",
    ]
    for number in range(ACCOUNTS):
        vpc = f"vpc: {{ id: vpc-{number:08x}, subnets: [subnet-{number:08x}, subnet-{number + 256:08x}] }}"
        lines.append(f'        {alias(number)}: {{ id: "{account(number)}", {vpc} }}')
    lines += ["defaults:", "    tags:", "        platform: data"]
    return "\n".join(lines) + "\n"


def trigger(draw: Draw, seed: int, number: int) -> list[str]:
    if number < 3 or draw.chance(40):
        return ["trigger:", *("    " + line for line in schedule(draw))]
    parents: list[int] = []
    while len(parents) < min(number, draw.between(1, 4)):
        parent = draw.below(number)
        if parent not in parents:
            parents.append(parent)
    shape = draw.below(10)
    lists = [("allOf", parents)]
    if 7 <= shape < 9:
        lists = [("anyOf", parents)]
    elif shape == 9 and len(parents) > 1:
        lists = [("allOf", parents[:1]), ("anyOf", parents[1:])]
    lines = ["trigger:", "    executions:"]
    if len(lists) == 2:
        lines.append(f"        operator: {draw.one(['AND', 'OR'])}")
    for key, members in lists:
        lines.append(f"        {key}:")
        for parent in members:
            lines += [
                f"            - name: {name_of(seed, parent)}",
                f"              account: {alias(parent)}",
                "              status:",
                "                  - SUCCESS",
            ]
            if draw.chance(15):
                lines.append("                  - FAILED")
    return lines


def schedule(draw: Draw) -> list[str]:
    if draw.chance(20):
        return ["schedule:", f"    cron: {draw.below(60)} {draw.below(24)} ? * MON-FRI *", f"    timezone: {draw.one(ZONES)}"]
    lines = ["schedule:", f"    hour: {draw.below(24)}"]
    if draw.chance(50):
        lines.append(f"    minute: {5 * draw.below(12)}")
    if draw.chance(20):
        lines.append(f"    timezone: {draw.one(ZONES)}")
    return lines


def cluster(draw: Draw) -> list[str]:
    lines = [
        "cluster:",
        f"    release: {draw.one(['emr-7.1.0', 'emr-7.5.0', 'emr-7.12.0'])}",
        f"    applications: [Spark, Hive{', Hadoop' if draw.chance(30) else ''}]",
        f"    primary: {{ instanceType: {draw.one(TYPES)} }}",
        "    core:",
        f"        instanceType: {draw.one(TYPES)}",
        f"        count: {draw.between(1, 12)}",
    ]
    if draw.chance(50):
        lines.append(f"    task: {{ instanceType: {draw.one(TYPES)}, count: {draw.between(1, 20)}, spot: true }}")
    lines += [
        "    configurations:",
        "        - classification: spark-defaults",
        "          properties:",
        f'              spark.sql.shuffle.partitions: "{100 * draw.between(1, 20)}"',
        f'              spark.dynamicAllocation.enabled: "{draw.one(["true", "false"])}"',
    ]
    if draw.chance(40):
        lines.append("    metastore: glue")
    return lines


def access(draw: Draw, name: str, team: str) -> list[str]:
    lines = ["access:", "    read:"]
    lines += [f"        - s3://{draw.one(TEAMS)}-raw/{name}-{part}/*" for part in range(draw.between(1, 3))]
    lines.append(f"    write: [s3://{team}-data/{name}/*]")
    if draw.chance(50):
        lines.append(f"    glue: [core.{draw.one(NOUNS)}, {team}.*]")
    return lines


def step(draw: Draw, name: str, team: str, number: int, local: bool) -> tuple[list[str], str | None]:
    code = None
    if draw.chance(65):
        job = f"{draw.one(VERBS)}-{number:02}"
        lines = [f"    - name: {job}", "      type: spark"]
        if local:
            code = f"code/{job}.py"
            lines.append(f"      application: {code}")
        else:
            lines.append(f"      application: s3://{team}-releases/{name}/jobs-{draw.between(1, 4)}.{draw.below(30)}.jar")
            lines.append(f"      class: com.example.{team.replace('-', '.')}.{name.split('-')[0].title()}Job")
        days = draw.between(1, 7)
        lines.append(f'      arguments: ["--date", "{{{{ logicalDate - {days}d }}}}", --partitions, "{50 * draw.between(1, 16)}"]')
        if draw.chance(60):
            lines += [
                "      conf:",
                f"          spark.executor.memory: {2 * draw.between(1, 8)}g",
                f"          spark.executor.cores: {draw.between(2, 5)}",
            ]
    else:
        lines = [f"    - name: task-{number:02}", "      type: shell"]
        if draw.chance(50):
            lines.append(f"      script: s3://{team}-releases/{name}/scripts/task_{number}.sh")
        else:
            lines.append(f'      command: aws s3 cp --recursive "s3://{team}-data/{name}/$1/" "s3://{team}-data/{name}/latest/"')
        lines += ["      arguments:", "          - \"{{ logicalDate | format('yyyy/MM/dd') }}\""]
        if draw.chance(50):
            lines.append("          - s3://{{ bucket }}/" + name)
    if draw.chance(50):
        lines.append(f"      timeout: {draw.between(1, 8)}h")
    if draw.chance(70):
        times = f"attempts: {draw.between(1, 4)}, interval: {30 * draw.between(1, 6)}s"
        lines.append(f"      retry: {{ {times}, backoff: {draw.one(['1.5', '2'])} }}")
    return lines, code


def pipeline(seed: int, number: int, local: bool) -> tuple[str, dict[str, str]]:
    """The project's name and its files."""
    draw = Draw(seed, "pipeline", number)
    name, team = name_of(seed, number), draw.one(TEAMS)
    lines = [
        f"# {name}, owned by team {team}.",
        f"name: {name}",
        f"team: {team}",
        "description: >-",
        f"    Builds the {name} data of team {team} from the raw events",
        "    that the platform published on the previous day.",
        f"account: {alias(number)}",
        f'tags: {{ cost-center: "{draw.between(1000, 9999)}", tier: {draw.one(["gold", "silver", "bronze"])} }}',
        "",
        *trigger(draw, seed, number),
        "",
        *cluster(draw),
        "",
        *access(draw, name, team),
        "",
        "steps:",
    ]
    files = {}
    for at in range(draw.between(2, 8)):
        written, code = step(draw, name, team, at, local)
        lines += written
        if code:
            files[code] = HEAD.format(name=name, job=Path(code).stem, team=team)
    lines += ["", "notifications:", f"    type: {draw.one(['FULL_EXECUTION', 'ON_FAILURE', 'ON_COMPLETION'])}", "    targets:"]
    lines += ["        - channel: SLACK", "          addresses:", f"              - {team}-alerts"]
    if draw.chance(30):
        lines.append("              - data-platform-oncall")
    lines += ["        - channel: EMAIL", "          addresses:", f"              - {team}@example.com"]
    files["pipeline.yaml"] = "\n".join(lines) + "\n"
    return name, files


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("count", type=int)
    arguments.add_argument("--seed", type=int, default=SEED)
    arguments.add_argument("--local", action="store_true", help="Spark steps run files of the project")
    given = arguments.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "pipesynth.yaml").write_text(organization(), encoding="utf-8", newline="\n")
    total = 0
    for number in range(given.count):
        name, files = pipeline(given.seed, number, given.local)
        for path, text in files.items():
            file = given.out / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
        total += len(files["pipeline.yaml"])
    print(f"{given.count} pipelines, {total / max(given.count, 1):.0f} bytes of pipeline.yaml each")


if __name__ == "__main__":
    main()
