"""deploy/kubernetes as kustomize renders it: valid to Kubernetes, and its parts belong together."""

import re
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from mahnwerk import SERVICES
from tests.cli.run import mahnwerk
from tests.tools import tool

OVERLAYS = Path(__file__).parents[2] / "deploy" / "kubernetes" / "overlays"

Node = dict[str, Any]
NOBODY = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
}


@pytest.fixture(params=["small", "large"])
def rendered(request: pytest.FixtureRequest) -> list[Node]:
    command = [tool("kustomize"), "build", str(OVERLAYS / request.param)]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return list(yaml.safe_load_all(out))


def of_kind(rendered: list[Node], kind: str) -> dict[str, Node]:
    return {each["metadata"]["name"]: each for each in rendered if each["kind"] == kind}


@pytest.mark.parametrize("version", ["1.30", "1.37"])
def test_each_object_is_as_the_api_wants_it_and_has_nothing_unknown(
    rendered: list[Node], version: str
) -> None:
    for each in rendered:
        kubernetes_validate.validate(each, version, strict=True)


def test_a_misspelt_field_would_be_found(rendered: list[Node]) -> None:
    deployment = of_kind(rendered, "Deployment")["claims"]
    deployment["spec"]["template"]["spec"]["containers"][0]["readynessProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError, match="readynessProbe"):
        kubernetes_validate.validate(deployment, "1.37", strict=True)


def test_each_service_has_one_deployment_that_starts_it_on_its_own_database(rendered: list[Node]) -> None:
    deployments = of_kind(rendered, "Deployment")
    assert deployments.keys() == set(SERVICES)
    for service, deployment in deployments.items():
        pod = deployment["spec"]["template"]["spec"]
        topics, migrate = pod["initContainers"]
        (container,) = pod["containers"]
        assert (topics["args"][0], migrate["args"]) == ("topics", ["migrate", service])
        assert container["args"] == ["serve", service]
        secrets = [volume["secret"]["secretName"] for volume in pod["volumes"] if "secret" in volume]
        assert secrets == [f"mahnwerk-{service}"]


def test_the_operator_waits_for_a_person_on_a_role_of_its_own_and_starts_nothing(
    rendered: list[Node],
) -> None:
    (settings,) = of_kind(rendered, "ConfigMap").values()
    job = of_kind(rendered, "CronJob")["operator"]["spec"]
    assert job["suspend"] is True
    pod = job["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["image"] == f"registry.example/mahnwerk:{version('mahnwerk')}"
    given = {each["name"]: each["valueFrom"]["configMapKeyRef"] for each in container["env"]}
    assert {ref["name"] for ref in given.values()} == set(of_kind(rendered, "ConfigMap"))
    says = {name: settings["data"][ref["key"]] for name, ref in given.items()}
    assert says["MAHNWERK_DB"] == "postgresql://mahnwerk_operator@postgres.postgres.svc/postgres"
    mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    assert Path(says["MAHNWERK_DB_PASSWORD_FILE"]).parent == Path(mounts["password"])
    secrets = [volume["secret"]["secretName"] for volume in pod["volumes"] if "secret" in volume]
    assert secrets == ["mahnwerk-operator"]
    assert container["securityContext"] == NOBODY
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}


def test_nobody_is_dunned_by_what_nobody_has_confirmed(rendered: list[Node]) -> None:
    (settings,) = of_kind(rendered, "ConfigMap").values()
    assert settings["data"]["MAHNWERK_ACCEPT_ASSUMPTIONS"] == "0"
    for deployment in of_kind(rendered, "Deployment").values():
        pod = deployment["spec"]["template"]["spec"]
        assert {"name": "policies", "configMap": {"name": "mahnwerk-policies"}} in pod["volumes"]
        mounted = {each["name"]: each["mountPath"] for each in pod["containers"][0]["volumeMounts"]}
        assert mounted["policies"] == "/etc/mahnwerk/policies"


def test_a_pod_is_nobody_has_probes_and_limits_and_may_be_moved_one_at_a_time(rendered: list[Node]) -> None:
    budgets = of_kind(rendered, "PodDisruptionBudget")
    for service, deployment in of_kind(rendered, "Deployment").items():
        template = deployment["spec"]["template"]
        assert template["spec"]["securityContext"]["runAsNonRoot"] is True
        for each in (*template["spec"]["initContainers"], *template["spec"]["containers"]):
            assert each["image"] == f"registry.example/mahnwerk:{version('mahnwerk')}"
            assert each["securityContext"] == NOBODY
            assert each["resources"]["limits"]["memory"]
        (container,) = template["spec"]["containers"]
        paths = {name: container[name]["httpGet"]["path"] for name in ("livenessProbe", "readinessProbe")}
        assert paths == {"livenessProbe": "/health/live", "readinessProbe": "/health/ready"}
        selected = budgets[service]["spec"]["selector"]["matchLabels"]
        assert selected.items() <= template["metadata"]["labels"].items()
        assert budgets[service]["spec"]["maxUnavailable"] == 1


def test_what_pods_refer_to_is_there_and_no_instance_is_without_a_lane(rendered: list[Node]) -> None:
    ((name, settings),) = of_kind(rendered, "ConfigMap").items()
    volumes = of_kind(rendered, "PersistentVolumeClaim")
    for deployment in of_kind(rendered, "Deployment").values():
        pod = deployment["spec"]["template"]["spec"]
        mounted = {volume["name"]: volume for volume in pod["volumes"]}
        for each in (*pod["initContainers"], *pod["containers"]):
            assert each["envFrom"] == [{"configMapRef": {"name": name}}]
            assert set(re.findall(r"\$\((\w+)\)", " ".join(each["args"]))) <= settings["data"].keys()
            assert {mount["name"] for mount in each.get("volumeMounts", [])} <= mounted.keys()
        claims = [volume["persistentVolumeClaim"] for volume in pod["volumes"] if "letters" in volume["name"]]
        assert all(claim["claimName"] in volumes for claim in claims)
        assert deployment["spec"].get("replicas", 1) <= int(settings["data"]["MAHNWERK_LANES"])


def test_whoever_reads_a_file_of_its_environment_mounts_it(rendered: list[Node]) -> None:
    (settings,) = of_kind(rendered, "ConfigMap").values()
    assert settings["data"]["MAHNWERK_DB_PASSWORD_FILE"].startswith("/")
    for deployment in of_kind(rendered, "Deployment").values():
        pod = deployment["spec"]["template"]["spec"]
        for each in (*pod["initContainers"], *pod["containers"]):
            mounted = [Path(mount["mountPath"]) for mount in each.get("volumeMounts", [])]
            missing = {
                name
                for name, value in settings["data"].items()
                if value.startswith("/") and not any(Path(value).is_relative_to(path) for path in mounted)
            }
            # It needs no database, so it is not told the password: see the next test.
            assert missing == ({"MAHNWERK_DB_PASSWORD_FILE"} if each["name"] == "topics" else set())


def test_topics_are_made_by_who_can_read_no_password(rendered: list[Node]) -> None:
    (settings,) = of_kind(rendered, "ConfigMap").values()
    topics = of_kind(rendered, "Deployment")["claims"]["spec"]["template"]["spec"]["initContainers"][0]
    args = [re.sub(r"\$\((\w+)\)", lambda name: settings["data"][name[1]], each) for each in topics["args"]]
    assert not Path(settings["data"]["MAHNWERK_DB_PASSWORD_FILE"]).exists()
    ran = mahnwerk(*args, env=settings["data"] | {"MAHNWERK_KAFKA": "127.0.0.1:1"})
    assert (ran.code, "127.0.0.1:1" in ran.err) == (1, True), ran.err  # the Kafka that is not there


def test_network_policies_close_all_that_is_not_named(rendered: list[Node]) -> None:
    policies = of_kind(rendered, "NetworkPolicy")
    assert policies["nothing-else"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    opened = [rule for each in policies.values() for rule in each["spec"].get("egress", [])]
    assert sorted(port["port"] for rule in opened for port in rule["ports"]) == [53, 53, 5432, 9092]
    assert all(rule["to"] for rule in opened)
