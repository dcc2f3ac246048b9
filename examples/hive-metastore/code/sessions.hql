-- Sessions of one day. DAY comes from the pipeline.
INSERT OVERWRITE TABLE web.sessions PARTITION (day = '${DAY}')
SELECT visitor, min(at), max(at), count(*)
FROM web.hits
WHERE day = '${DAY}'
GROUP BY visitor;
