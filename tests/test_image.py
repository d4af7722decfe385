"""Container image references: taken apart, put together, and known as the service's or not."""

from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from metricparse.definitions.image import ImageReference
from metricparse.errors import SpecificationError
from tests.support.long_runs import tried

DIGEST = "sha256:" + "0123456789abcdef" * 4
ECR = "683313688378.dkr.ecr.us-east-1.amazonaws.com"

# text, registry, repository, tag, digest
FORMS = [
    ("alpine", None, "alpine", None, None),
    ("alpine:3.20", None, "alpine", "3.20", None),
    (f"alpine@{DIGEST}", None, "alpine", None, DIGEST),
    ("library/alpine", None, "library/alpine", None, None),
    ("team/train/cpu:2", None, "team/train/cpu", "2", None),
    ("localhost/train", "localhost", "train", None, None),
    ("localhost:5000/train", "localhost:5000", "train", None, None),
    ("localhost:5000/train:1", "localhost:5000", "train", "1", None),
    (f"localhost:5000/train@{DIGEST}", "localhost:5000", "train", None, DIGEST),
    ("registry:5000/train", "registry:5000", "train", None, None),
    ("ghcr.io/team/train:latest", "ghcr.io", "team/train", "latest", None),
    (f"{ECR}/xgboost:1", ECR, "xgboost", "1", None),
    (f"{ECR}/team/deep/train", ECR, "team/deep/train", None, None),
    (f"{ECR}/train@{DIGEST}", ECR, "train", None, DIGEST),
    (f"{ECR}/train:1.2@{DIGEST}", ECR, "train", "1.2", DIGEST),
    ("localhost", None, "localhost", None, None),
    ("localhosted/train", None, "localhosted/train", None, None),
    ("registry.example:5000", None, "registry.example", "5000", None),
]


@pytest.mark.parametrize(("text", "registry", "repository", "tag", "digest"), FORMS)
def test_a_reference_is_taken_apart(
    text: str, registry: str | None, repository: str, tag: str | None, digest: str | None
) -> None:
    expected = ImageReference(registry=registry, repository=repository, tag=tag, digest=digest)
    assert ImageReference.parse(text) == expected


@pytest.mark.parametrize("text", [form[0] for form in FORMS])
def test_a_reference_is_written_as_it_was_read(text: str) -> None:
    assert str(ImageReference.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":1",
        f"@{DIGEST}",
        "train:",
        "train@",
        "train:1@",
        "team/",
        "ghcr.io/",
        "ghcr.io/:1",
        f"ghcr.io/@{DIGEST}",
        "ghcr.io/team/",
        "localhost:5000/",
    ],
)
def test_what_is_no_reference_is_refused_with_the_forms_it_may_have(text: str) -> None:
    with pytest.raises(SpecificationError) as caught:
        ImageReference.parse(text)
    (violation,) = caught.value.violations
    assert not violation.path
    wanted = "registry/repository[:tag] or registry/repository[@digest]"
    assert violation.problem == f"{wanted}, not {text!r}"


def joined(separator: str, words: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(words, min_size=1, max_size=3).map(separator.join)


# The grammar of the reference's parts, as container registries have it.
LOWER = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=8)
HOSTS = st.one_of(st.just("localhost"), st.builds("{}.{}".format, LOWER, joined(".", LOWER)))
PORTS = st.integers(1, 65535).map(":{}".format)
REGISTRIES = st.one_of(
    HOSTS, st.builds("{}{}".format, HOSTS, PORTS), st.builds("{}{}".format, LOWER, PORTS)
)
REPOSITORIES = joined("/", st.one_of(LOWER, joined("-", LOWER), joined("__", LOWER)))
TAGS = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}", fullmatch=True)
DIGESTS = st.from_regex(r"(sha256|sha512):[0-9a-f]{32,64}", fullmatch=True)


@tried(30, 500, REGISTRIES, REPOSITORIES, st.none() | TAGS, st.none() | DIGESTS)
def test_parts_written_together_are_read_apart_again(
    registry: str, repository: str, tag: str | None, digest: str | None
) -> None:
    reference = ImageReference(registry, repository, tag, digest)
    assert ImageReference.parse(str(reference)) == reference


@given(st.text(alphabet="aB1.-_:/@ \n", max_size=12))
def test_any_text_is_refused_or_written_as_it_was_read(text: str) -> None:
    with suppress(SpecificationError):
        assert str(ImageReference.parse(text)) == text


@pytest.mark.parametrize(
    "registry",
    [
        "683313688378.dkr.ecr.us-east-1.amazonaws.com",
        "683313688378.dkr.ecr-fips.us-gov-west-1.amazonaws.com",
        "390948362332.dkr.ecr.cn-north-1.amazonaws.com.cn",
    ],
)
def test_the_service_s_own_registries_are_known(registry: str) -> None:
    assert ImageReference.parse(f"{registry}/xgboost:1").built_in_algorithm == "xgboost"
    prebuilt = ImageReference.parse(f"{registry}/pytorch-training:2.1-gpu").prebuilt_framework
    assert prebuilt == "PyTorch >= 1.3"


@pytest.mark.parametrize(
    "registry",
    [
        "ghcr.io",
        "localhost:5000",
        "683313688378.dkr.example.com",
        "68331368837.dkr.ecr.us-east-1.amazonaws.com",
        "x683313688378.dkr.ecr.us-east-1.amazonaws.com",
        "683313688378.dkr.ecr.us-east-1.amazonaws.com:443",
        "team",
    ],
)
def test_the_same_repository_elsewhere_is_not_the_service_s(registry: str) -> None:
    assert ImageReference.parse(f"{registry}/xgboost:1").built_in_algorithm is None
    assert ImageReference.parse(f"{registry}/pytorch-training:2.1").prebuilt_framework is None


def test_a_reference_without_registry_is_not_the_service_s() -> None:
    assert ImageReference.parse("xgboost:1").built_in_algorithm is None
    assert ImageReference.parse("pytorch-training:2.1").prebuilt_framework is None


def test_a_built_in_algorithm_is_known_by_its_whole_repository() -> None:
    assert ImageReference.parse(f"{ECR}/linear-learner").built_in_algorithm == "linear-learner"
    assert ImageReference.parse(f"{ECR}/my-linear-learner").built_in_algorithm is None
    assert ImageReference.parse(f"{ECR}/team/linear-learner").built_in_algorithm is None


@pytest.mark.parametrize(
    ("image", "framework"),
    [
        ("tensorflow-training:1.15.0-gpu-py3", "TensorFlow >= 1.15"),
        ("tensorflow-training:1.14.0-gpu-py3", None),
        ("tensorflow-training:1.9", None),
        ("tensorflow-training:2.0.0-cpu", "TensorFlow >= 1.15"),
        ("sagemaker-tensorflow-scriptmode:1.15-cpu-py2", "TensorFlow >= 1.15"),
        ("sagemaker-tensorflow-scriptmode:1.13-cpu-py2", None),
        ("mxnet-training:1.6.0-gpu-py3", "MXNet >= 1.6"),
        ("mxnet-training:1.10.0", "MXNet >= 1.6"),
        ("mxnet-training:1.5.9", None),
        ("sagemaker-mxnet:1.4.1", None),
        ("pytorch-training:1.3.1-cpu-py3", "PyTorch >= 1.3"),
        ("pytorch-training:1.13", "PyTorch >= 1.3"),
        ("pytorch-training:1.2.0", None),
        ("pytorch-training:0.4.0", None),
        ("pytorch-training:latest", None),
        ("pytorch-training:2", None),
        ("pytorch-training", None),
        (f"pytorch-training@{DIGEST}", None),
        ("pytorch-inference:2.1.0", None),
        ("train:2.1.0", None),
    ],
)
def test_a_prebuilt_image_is_known_from_the_version_on(image: str, framework: str | None) -> None:
    assert ImageReference.parse(f"{ECR}/{image}").prebuilt_framework == framework


def test_a_reference_is_immutable_and_equal_by_value() -> None:
    first, second = (ImageReference.parse("ghcr.io/train:1") for _ in range(2))
    assert first == second
    assert hash(first) == hash(second)
    assert first != ImageReference.parse("ghcr.io/train:2")
    with pytest.raises(AttributeError, match="cannot assign to field 'tag'"):
        first.tag = "2"  # type: ignore[misc]  # what the test tries
