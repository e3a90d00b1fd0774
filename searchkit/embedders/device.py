"""Picks the devices and the precision of a model; all questions about the hardware are here."""

import os
from pathlib import Path
from typing import Any, Literal

from searchkit_index.errors import ModelError

Precision = Literal["auto", "float32", "bfloat16", "float16"]


def pick(wanted: str) -> tuple[str, ...]:
    """List the devices that a name stands for.

    Args:
        wanted: `auto` (the GPUs, else the CPU), `cpu`, `mps`, `cuda` (every GPU) or `cuda:1`.

    Returns:
        Torch's names of the devices; at least one.

    Raises:
        ModelError: There is no such device here.
    """
    import torch

    found = _available(torch)
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
    """Tell whether an NVIDIA driver is loaded, without loading torch."""
    return Path("/dev/nvidiactl").exists() or Path("/proc/driver/nvidia").exists()


def cores() -> int:
    """Count the cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def precision_of(device: str, wanted: Precision = "auto", *, overflows: bool = False) -> Any:
    """Choose the torch dtype that a device multiplies fastest without changing the vectors much.

    Args:
        device: Torch's name of the device.
        wanted: The dtype to use; `auto` to choose.
        overflows: Whether the model's activations exceed float16's range, which would make its
            vectors meaningless without an error.

    Returns:
        A `torch.dtype`.
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
    # Without AMX, processors emulate bfloat16, slowly.
    return torch.bfloat16 if torch.cpu._is_amx_tile_supported() else torch.float32


def described(device: str, precision: Any) -> str:
    """Describe a device and a precision for people, as `NVIDIA L4 in bfloat16`."""
    import torch

    kind = device.partition(":")[0]
    what = torch.cuda.get_device_name(device) if kind == "cuda" else device
    return f"{what} in {str(precision).removeprefix('torch.')}"


def _available(torch: Any) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {"cpu": ("cpu",)}
    if torch.cuda.is_available():
        found["cuda"] = tuple(f"cuda:{number}" for number in range(torch.cuda.device_count()))
    if torch.backends.mps.is_available():
        found["mps"] = ("mps",)
    return found
