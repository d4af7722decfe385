"""Container image references, and what the service knows of the images that it ships itself."""

import re
from dataclasses import dataclass
from typing import Self

from metricparse.errors import SpecificationError, Violation

_ECR = re.compile(r"\d{12}\.dkr\.ecr(-fips)?\.[a-z0-9-]+\.amazonaws\.com(\.cn)?")

# The grammar of image references, as container registries define it.
_PATH = r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*"
_HOST = r"(?:localhost|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|[A-Za-z0-9.-]+(?=:\d))(?::\d+)?"
_REFERENCE = re.compile(
    rf"(?:(?P<registry>{_HOST})/)?(?P<repository>{_PATH}(?:/{_PATH})*)"
    r"(?::(?P<tag>\w[\w.-]{0,127}))?"
    r"(?:@(?P<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?",
    re.ASCII,
)

# The repositories of the built-in algorithms, as the SageMaker documentation lists them
# ("Docker Registry Paths and Example Code").
_BUILT_IN_ALGORITHMS = frozenset(
    {
        "blazingtext",
        "factorization-machines",
        "forecasting-deepar",
        "image-classification",
        "image-classification-multilabel",
        "ipinsights",
        "kmeans",
        "knn",
        "lda",
        "linear-learner",
        "ntm",
        "object-detection",
        "object2vec",
        "pca",
        "randomcutforest",
        "sagemaker-xgboost",
        "semantic-segmentation",
        "seq2seq",
        "xgboost",
    }
)

# Framework, the repositories of its prebuilt training images, and the first version whose
# metrics become time series without a word in the request (API reference,
# EnableSageMakerMetricsTimeSeries).
_PREBUILT = (
    (
        "TensorFlow",
        {"tensorflow-training", "sagemaker-tensorflow-scriptmode", "sagemaker-tensorflow"},
        (1, 15),
    ),
    ("MXNet", {"mxnet-training", "sagemaker-mxnet"}, (1, 6)),
    ("PyTorch", {"pytorch-training", "sagemaker-pytorch"}, (1, 3)),
)


@dataclass(frozen=True, slots=True)
class ImageReference:
    """A container image, `registry/repository[:tag]` or `registry/repository[@digest]`.

    `registry` is None where the reference names none.
    """

    registry: str | None
    repository: str
    tag: str | None = None
    digest: str | None = None

    @classmethod
    def parse(cls, reference: str) -> Self:
        """Take a reference apart; raises `SpecificationError` where it is none."""
        match = _REFERENCE.fullmatch(reference)
        if not match:
            wanted = "registry/repository[:tag] or registry/repository[@digest]"
            raise SpecificationError([Violation("", f"{wanted}, not {reference!r}")])
        return cls(**match.groupdict())

    def __str__(self) -> str:
        registry = f"{self.registry}/" if self.registry else ""
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{registry}{self.repository}{tag}{digest}"

    @property
    def built_in_algorithm(self) -> str | None:
        """The built-in algorithm that the image holds, recognised by its repository's name."""
        if self._of_the_service and self.repository in _BUILT_IN_ALGORITHMS:
            return self.repository
        return None

    @property
    def prebuilt_framework(self) -> str | None:
        """Such as `PyTorch >= 1.3`, where the image is one of the service's of that version."""
        version = re.match(r"(\d+)\.(\d+)", self.tag or "")
        if not self._of_the_service or not version:
            return None
        for framework, repositories, first in _PREBUILT:
            if self.repository in repositories and (int(version[1]), int(version[2])) >= first:
                return f"{framework} >= {first[0]}.{first[1]}"
        return None

    @property
    def _of_the_service(self) -> bool:
        return self.registry is not None and _ECR.fullmatch(self.registry) is not None
