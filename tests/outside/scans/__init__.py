"""Templates → findings of scanners for security; one module per tool. A finding names the kind of stack in place of the template."""
