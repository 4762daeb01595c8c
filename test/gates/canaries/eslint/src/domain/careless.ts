export function careless(input: any): string {
  console.log(input!);
  Promise.resolve(1);
  return `${[input]}`;
}
