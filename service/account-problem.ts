/** Why an account cannot be added or changed, in words for the operator. */
export class AccountProblem extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'AccountProblem'
  }
}
