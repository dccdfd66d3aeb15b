"""What people say the same about: topics found in texts, told in their own words."""
