-- Who buys at a discount, by the prices of the order lines; nothing where the log knows neither discounts nor list prices.
CREATE TEMP TABLE price AS SELECT p.*, c.net_revenue FROM segments.price_sensitivity AS p JOIN segments.customer_orders AS c USING (customer_id);
SELECT count(*) FILTER (WHERE n > 0) > 0 AS has_prices, count(*) FILTER (WHERE price_band_rank > 0) > 0 AS has_bands FROM price \gset
\if :has_prices
SELECT title('Price sensitivity', format('%s, %s %% of them discounted', counted(sum(n)::bigint, 'order line'), round(100 * sum(discounted_lines) / sum(n)))) FROM price;
SELECT paint('    class            customers            share  discounted   depth  given away', '2');
SELECT format('    %s %9s  %s%8s %11s %7s %11s', fit(price_sensitivity, 16), number(count(*)), paint(bar(count(*) / sum(count(*)) OVER ()::double precision, 7), '36'),
    percent(count(*) / (sum(count(*)) OVER ())::double precision), percent(sum(discounted_lines)::double precision / nullif(sum(n), 0)::double precision), coalesce(percent(avg(discount_depth)), '-'), number(round(sum(saved))))
FROM price GROUP BY price_sensitivity, price_sensitivity_rank ORDER BY price_sensitivity_rank DESC;
SELECT note('prior', format('%s of the lines discounted in the mean of customers, worth %s lines of one''s own, %s customers have too few lines to stand for themselves',
    percent((p).alpha / ((p).alpha + (p).beta)), round(((p).alpha + (p).beta)::numeric, 1), number((SELECT count(*) FROM price WHERE NOT reliable))))
FROM (SELECT beta_prior_fit(discounted_lines, n) AS p FROM price) AS f WHERE p IS NOT NULL;
\endif
\if :has_bands
SELECT title('Price bands', 'where customers stand among the prices of what they buy');
SELECT paint('    band        customers      revenue  revenue a head  premium buyers', '2');
SELECT format('    %s %9s %12s %15s %15s', fit(price_band, 11), number(count(*)), number(round(sum(net_revenue))), number(round(avg(net_revenue))), number(count(*) FILTER (WHERE is_premium_buyer)))
FROM price GROUP BY price_band, price_band_rank ORDER BY price_band_rank DESC;
\endif
