"""Who may pass: the host, who is signed in, what they may do, how often, and that a form is ours."""
