"""What complaints say in words."""
