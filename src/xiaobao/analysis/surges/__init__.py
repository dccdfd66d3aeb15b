"""What rises beyond expectation: baselines of counts, their tails, and alarms judged from the past alone."""
