WITH people AS (
  SELECT local_weekday, local_hour, person_key, count(rating) AS n_rated,
    count(*) FILTER (rating = 'positive') AS positive,
    count(*) FILTER (rating = 'neutral') AS neutral,
    count(*) FILTER (rating = 'negative') AS negative
  FROM $FILES WHERE environment = 'production' AND rating IS NOT NULL GROUP BY ALL
)
SELECT local_weekday, local_hour, count(*), sum(n_rated * n_rated),
  sum(n_rated * positive), sum(n_rated * neutral), sum(n_rated * negative),
  sum(positive * positive), sum(neutral * neutral), sum(negative * negative)
FROM people GROUP BY ALL;
SELECT local_weekday, local_hour, rating, count(*), count(closed_at), sum(n_shown),
  sum(n_answered), count(*) FILTER (is_unasked)
FROM $FILES WHERE environment = 'production' GROUP BY ALL;
WITH people AS (
  SELECT person_key, count(*) AS n_rated,
    count(*) FILTER (rating = 'positive') AS positive,
    count(*) FILTER (rating = 'neutral') AS neutral,
    count(*) FILTER (rating = 'negative') AS negative
  FROM $FILES WHERE environment = 'production' AND rating IS NOT NULL GROUP BY person_key
)
SELECT count(*), sum(n_rated * n_rated), sum(n_rated * positive), sum(n_rated * neutral),
  sum(n_rated * negative), sum(positive * positive), sum(neutral * neutral),
  sum(negative * negative)
FROM people;
SELECT use_case, count(*) AS n FROM $FILES
WHERE environment = 'production' AND rating IS NOT NULL AND use_case IS NOT NULL
GROUP BY use_case ORDER BY n DESC, use_case LIMIT 20;
SELECT local_weekday, local_hour, use_case, lower(device) IN ('mobile', 'phone', 'iphone', 'android'),
  count(*), count(rating), count(*) FILTER (rating = 'negative')
FROM $FILES WHERE environment = 'production' AND local_hour IS NOT NULL GROUP BY ALL
