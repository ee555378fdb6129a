"""Models of customers and of weekly figures: arrays in, numbers out. No files, no database, no words.

    bgnbd, gamma_gamma   how often will a customer buy, whether they still do, and what a purchase is worth
    lifetime             both together: customer lifetime value, holdout check, and when the data is too thin
    survival             time to an event with customers who are still waiting: Kaplan-Meier, log-rank
    weekly               forecasts of a weekly series, chosen and measured by rolling origins

Warehouse and metrics use them. statsmodels is imported only where a forecast is made, scipy's optimiser only where a
model is fitted: none of it when the app starts.
"""
