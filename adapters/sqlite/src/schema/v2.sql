-- The place of the field within whose values rows are also read in the order of this one: an index is over both.
ALTER TABLE cqrs_fields ADD COLUMN within INTEGER;
