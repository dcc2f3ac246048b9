"""Templates → findings of tools that this project did not write; one module per tool."""
