"""What users touch: symbols, functions, binding, operators of their own."""
