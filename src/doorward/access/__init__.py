"""Who may do what. First room: API keys, their scopes, and answers to repeated requests."""
