/**
 * Who reacted to what, and how often each post was reacted to. Rows of one post stand together and counters are small:
 * a thousand reactions in one group touch few pages. Posts are named by slug, because importing a post again may give
 * it another row.
 */
export const reactionTables = [
  `create table reactions (
    post text not null, kind text not null, person text not null, primary key (post, kind, person)
  ) without rowid`,
  `create table reaction_counts (
    post text not null, kind text not null, count integer not null, primary key (post, kind)
  ) without rowid`,
  `create trigger reactions_count_insert after insert on reactions begin
    insert into reaction_counts (post, kind, count) values (new.post, new.kind, 1)
    on conflict (post, kind) do update set count = count + 1;
    ${touch('new.post')}
  end`,
  `create trigger reactions_count_delete after delete on reactions begin
    update reaction_counts set count = count - 1 where post = old.post and kind = old.kind;
    ${touch('old.post')}
  end`,
  ...['insert on redirects', 'update of to_slug on redirects'].map(
    (event, index) => `create trigger reactions_follow_${index} after ${event} begin
      insert or ignore into reactions (post, kind, person)
        select new.to_slug, kind, person from reactions where post = new.from_slug;
      delete from reactions where post = new.from_slug;
    end`,
  ),
]

function touch(post: string): string {
  return `insert into changes (topic, commit_number) select 'reactions:' || ${post}, number from commits where true
    on conflict (topic) do update set commit_number = excluded.commit_number
    where commit_number < excluded.commit_number;`
}
