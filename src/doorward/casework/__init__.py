"""What people work on. First room: cases, holds and their release, account facts."""
