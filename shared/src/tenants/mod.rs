//! Workspaces: what both halves know of a tenant.
