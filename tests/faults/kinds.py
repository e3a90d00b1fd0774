"""Every kind of fault that is injected, by name."""

import crowd
import damage
import kills
import moving
import writes

KINDS = {
    kind.__name__: kind
    for module in (kills, writes, damage, moving, crowd)
    for kind in module.KINDS
}
