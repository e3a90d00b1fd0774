"""Every kind of fault that is injected, by name."""

import commands
import crowd
import damage
import forgery
import kills
import moving
import writes

KINDS = {
    kind.__name__: kind
    for module in (kills, writes, damage, forgery, moving, crowd, commands)
    for kind in module.KINDS
}
