"""The fakes that the pipeline is tested with keep the same promises as the adapters."""

from collections.abc import Callable

import pytest

from shared.core.drop import Blob
from tests.adapters.contracts import DatasetsContract, RunFilesContract, RunsContract
from tests.fakes import FakeDatasets, FakeRunFiles, FakeRuns, World


class TestFakeRuns(RunsContract):
    @pytest.fixture
    def runs(self) -> FakeRuns:
        return World().runs


class TestFakeDatasets(DatasetsContract):
    @pytest.fixture
    def datasets(self) -> FakeDatasets:
        return World().datasets

    @pytest.fixture
    def upload(self, datasets: FakeDatasets) -> Callable[[str, bytes], Blob]:
        return datasets.upload

    @pytest.fixture
    def write_recipe(self, datasets: FakeDatasets) -> Callable[[str, str], None]:
        return datasets.recipes.__setitem__


class TestFakeRunFiles(RunFilesContract):
    @pytest.fixture
    def files(self) -> FakeRunFiles:
        return World().files
