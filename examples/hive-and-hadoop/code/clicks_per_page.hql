-- Clicks per page of one day, with the pages' titles. DAY comes from the pipeline.
INSERT OVERWRITE DIRECTORY 's3://clicks/per-page/${DAY}/'
SELECT c.page, p.title, c.clicks
FROM web.counted c LEFT JOIN web.pages p ON p.page = c.page
WHERE c.day = '${DAY}';
