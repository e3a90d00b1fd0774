"""Every kind of fault that is injected, by name."""

import agents
import commands
import configured
import crowd
import damage
import forgery
import kills
import moving
import pushed
import repositories
import served
import watched
import writes

import pictures

KINDS = {
    kind.__name__: kind
    for module in (
        *(kills, writes, damage, forgery, moving, crowd, commands, served, repositories),
        *(watched, configured, agents, pictures, pushed),
    )
    for kind in module.KINDS
}
