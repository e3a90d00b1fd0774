"""Which devices a model runs on, and in which precision; the only place that asks what is there."""

import os
from pathlib import Path
from typing import Any, Literal

from searchkit_index.errors import ModelError

Precision = Literal["auto", "float32", "bfloat16", "float16"]


def pick(wanted: str) -> tuple[str, ...]:
    """The devices for what was asked: `auto`, `cpu`, `mps`, `cuda` (all of them), `cuda:1`.

    Raises:
        ModelError: It is not there, or no device.
    """
    import torch

    found = _found(torch)
    if wanted == "auto":
        return found.get("cuda") or found.get("mps") or ("cpu",)
    kind, _, number = wanted.partition(":")
    chosen = found.get(kind, ())
    if number:
        chosen = tuple(each for each in chosen if each == wanted)
    if not chosen:
        here = ", ".join(f"`{each}`" for each in found)
        raise ModelError(f"there is no device `{wanted}` here", f"there are {here}")
    return chosen


def has_gpu() -> bool:
    """Whether an NVIDIA driver is loaded; the cheap question before torch is."""
    return Path("/dev/nvidiactl").exists() or Path("/proc/driver/nvidia").exists()


def cores() -> int:
    """How many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def precision_of(device: str, wanted: Precision = "auto", *, overflows: bool = False) -> Any:
    """The torch type that the device multiplies the fastest without harm to the vectors.

    Args:
        device: Torch's name of it.
        wanted: What the user asks for.
        overflows: The model's activations pass float16's range: vectors would become nonsense
            without an error.
    """
    import torch

    if wanted != "auto":
        return getattr(torch, wanted)
    kind = device.partition(":")[0]
    half = torch.float32 if overflows else torch.float16
    if kind == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else half
    if kind == "mps":
        return half
    # Without matrix tiles a processor only pretends to know bfloat16.
    return torch.bfloat16 if torch.cpu._is_amx_tile_supported() else torch.float32


def described(device: str, precision: Any) -> str:
    """In words, for people."""
    import torch

    kind = device.partition(":")[0]
    what = torch.cuda.get_device_name(device) if kind == "cuda" else device
    return f"{what} in {str(precision).removeprefix('torch.')}"


def _found(torch: Any) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {"cpu": ("cpu",)}
    if torch.cuda.is_available():
        found["cuda"] = tuple(f"cuda:{number}" for number in range(torch.cuda.device_count()))
    if torch.backends.mps.is_available():
        found["mps"] = ("mps",)
    return found
