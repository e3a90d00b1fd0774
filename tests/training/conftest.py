import pytest
import torch


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    """Threads cost more than they give on models as small as these."""
    torch.set_num_threads(1)
