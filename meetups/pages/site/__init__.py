"""What every page needs: access, forms, errors, middleware, page caches."""
